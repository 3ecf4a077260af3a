/* Gathering without leaving the page, and putting items in order by buttons or by dragging. Every page works without it. */
(() => {
  "use strict";

  // On the document, so that what comes into a page later is gathered too.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-gather]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    const body = new URLSearchParams([[button.name, button.value]]);
    let told;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      told = await answer.json();
    } catch {
      const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
      form.append(pressed);
      form.submit();
      return;
    }
    const said = form.querySelector("[data-gather-said]") || form.parentElement.querySelector("[data-gather-said]");
    if (said) said.textContent = told.sentence || `${form.dataset.gathered} (${told.count})`;
    if (told.sentence) return;
    button.setAttribute("aria-disabled", "true");
    // A button in a list far from its form says itself what it did.
    if (!form.contains(button)) button.firstChild.data = form.dataset.gathered;
  });

  for (const list of document.querySelectorAll("ol[data-order][data-moved]")) {
    const said = document.querySelector("[data-order-said]");
    const say = (text) => { if (said) said.textContent = text; };
    const tell = (item) => {
      const all = [...list.children];
      say(list.dataset.moved.replace("{place}", all.indexOf(item) + 1).replace("{of}", all.length));
    };

    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      event.preventDefault();
      const item = button.closest("li");
      const way = button.dataset.move;
      if (way === "remove") {
        const next = item.nextElementSibling || item.previousElementSibling;
        item.remove();
        say(list.dataset.removed);
        next?.querySelector("[data-move]")?.focus();
        return;
      }
      if (way === "up") item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      tell(item);
      button.focus();
    });

    let dragged = null;
    for (const item of list.children) {
      const grip = item.querySelector(".gathered__what");
      if (!grip) continue;
      grip.draggable = true;
      grip.addEventListener("dragstart", (event) => {
        dragged = item;
        item.classList.add("dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setDragImage(item, 8, 8);
      });
      grip.addEventListener("dragend", () => { item.classList.remove("dragged"); if (dragged) tell(dragged); dragged = null; });
      item.addEventListener("dragover", (event) => {
        if (!dragged || dragged === item) return;
        event.preventDefault();
        const { top, height } = item.getBoundingClientRect();
        if (event.clientY < top + height / 2) item.before(dragged); else item.after(dragged);
      });
      item.addEventListener("drop", (event) => event.preventDefault());
    }
  }
})();
