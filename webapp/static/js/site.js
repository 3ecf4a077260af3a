/* Small comforts; every page is complete without them. */
(() => {
  "use strict";

  // A button that copies the text of what it names: <button data-copy="#citation" hidden>.
  for (const button of document.querySelectorAll("[data-copy]")) {
    const thing = document.querySelector(button.dataset.copy);
    if (!thing || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(thing.value ?? thing.textContent.trim());
      const said = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }

  // On a wide screen the filters stand open, also in browsers that cannot say so in CSS.
  const wide = matchMedia("(min-width: 60rem)");
  const boxes = document.querySelectorAll(".facets-box");
  if (boxes.length && !CSS.supports("selector(details::details-content)")) {
    const follow = () => { for (const box of boxes) box.open = wide.matches; };
    wide.addEventListener("change", follow);
    follow();
  }

  // An address that is to be shared holds what was chosen, and not the fields that were left empty.
  for (const form of document.querySelectorAll("form.facets")) {
    const empty = () => [...form.elements].filter((field) => field.name && !field.value);
    form.addEventListener("submit", () => { for (const field of empty()) field.disabled = true; });
    addEventListener("pageshow", () => { for (const field of empty()) field.disabled = false; });
  }

  // Paper cannot be unfolded: open every fold for print, where CSS cannot do it, and fold them back.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.fold:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });

  // A meaning that an address points at is unfolded before it is looked at.
  const reveal = () => {
    const thing = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = thing && thing.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (thing) thing.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
