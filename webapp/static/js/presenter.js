/* Slides with keys: onward uncovers the next step, then turns the page. Without it one scrolls and unfolds. */
(() => {
  "use strict";
  const deck = document.body;
  const slides = [...document.querySelectorAll(".slide")];
  const count = document.querySelector(".deck__count");
  let now = 0;

  const show = (n) => {
    now = Math.max(0, Math.min(slides.length - 1, n));
    slides.forEach((slide, i) => { slide.hidden = i !== now; });
    count.textContent = deck.dataset.of.replace("{n}", now + 1).replace("{all}", slides.length);
    slides[now].focus({ preventScroll: true });
    scrollTo(0, 0);
    history.replaceState(null, "", `#s${now + 1}`);
  };
  const steps = (slide) => [...slide.querySelectorAll("details.step")];
  const onward = () => {
    const next = steps(slides[now]).find((step) => !step.open);
    if (next) { next.open = true; next.scrollIntoView({ block: "nearest" }); } else show(now + 1);
  };
  const back = () => {
    const last = steps(slides[now]).reverse().find((step) => step.open);
    if (last) last.open = false; else show(now - 1);
  };
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : deck.requestFullscreen?.());
  const acts = { on: onward, back, full };
  const keys = { ArrowRight: onward, PageDown: onward, " ": onward, ArrowLeft: back, PageUp: back, Backspace: back,
    Home: () => show(0), End: () => show(slides.length - 1), f: full, F: full };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = event.target.closest("a, button, summary");
    if (pressed && (event.key === " " || event.key === "Enter")) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  for (const button of document.querySelectorAll("[data-deck]")) {
    button.hidden = false;
    button.addEventListener("click", () => acts[button.dataset.deck]());
  }
  document.querySelector("[data-deck-keys]").hidden = false;
  deck.classList.add("deck--turning");
  const asked = /^#s(\d+)$/.exec(location.hash);
  show(asked ? Number(asked[1]) - 1 : 0);
})();
