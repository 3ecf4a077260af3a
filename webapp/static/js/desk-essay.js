/* Writing an essay: the preview follows, and references to messages and sources complete themselves while typing. */
(() => {
  "use strict";
  const lang = document.documentElement.lang;
  const BEFORE = { messages: /\[\[([^\]|\n]{2,60})$/, sources: /@([^\]\s;,][^\]\n;,]{1,60})$/ };

  let timer;
  function preview(area) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const box = document.getElementById("preview");
      const data = new FormData();
      data.append("text", area.value);
      data.append("lang", area.lang);
      data.append("csrf_token", area.form.elements.csrf_token.value);
      const answer = await fetch(`${box.dataset.address}?lang=${lang}`, { method: "POST", body: data });
      if (answer.ok) box.innerHTML = await answer.text();
    }, 500);
  }

  let list, asked = 0;
  const options = () => [...list.querySelectorAll('[role="option"]:not([data-create])')];
  const close = () => { list?.remove(); list = undefined; };

  async function complete(area) {
    const before = area.value.slice(0, area.selectionStart);
    const kind = Object.keys(BEFORE).find((name) => BEFORE[name].test(before));
    if (!kind) {
      asked += 1;
      return close();
    }
    const typed = BEFORE[kind].exec(before)[1], turn = ++asked;
    const answer = await fetch(`/desk/pick/${kind}?lang=${lang}&q=${encodeURIComponent(typed)}`);
    const found = answer.ok ? await answer.text() : "";
    if (turn !== asked) return;  // what is shown stays until there is something newer
    close();
    list = Object.assign(document.createElement("ul"), { className: "suggest", innerHTML: found });
    list.setAttribute("role", "listbox");
    if (!options().length) return close();
    list.dataset.kind = kind;
    area.parentElement.classList.add("picks");
    area.after(list);
    point(0);
  }

  function point(at) {
    const all = options();
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === (at + all.length) % all.length)));
    all[(at + all.length) % all.length].scrollIntoView({ block: "nearest" });
  }

  function take(area, option) {
    const typed = BEFORE[list.dataset.kind].exec(area.value.slice(0, area.selectionStart))?.[1] ?? "";
    area.setRangeText(option.dataset.key, area.selectionStart - typed.length, area.selectionStart, "end");
    asked += 1;  // an answer that is still on its way is about what is no longer there
    close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-markdown]")) return;
    preview(event.target);
    complete(event.target).catch(close);
  });
  document.addEventListener("keydown", (event) => {
    if (!list || !event.target.matches("[data-markdown]")) return;
    const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(event.target, options()[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    const option = list?.contains(event.target) && event.target.closest("[data-key]");
    if (!option) return;
    event.preventDefault();
    take(document.activeElement, option);
  });
})();
