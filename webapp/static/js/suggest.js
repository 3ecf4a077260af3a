/* Suggestions while typing, as a combobox (WAI-ARIA 1.2). Without this file the search boxes are plain forms. */
(() => {
  "use strict";
  const WAIT = 120;
  let number = 0;

  function enhance(input) {
    const room = input.closest(".seek");
    if (!room) return;
    const id = `suggestions-${++number}`;
    const list = Object.assign(document.createElement("ul"), { id, className: "suggest", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.documentElement.lang === "fr" ? "Propositions" : "Suggestions");
    room.append(list);
    input.type = "text"; // a search field may not have the role of a combobox
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
    })) input.setAttribute(name, value);

    let timer, asked, chosen = -1;
    const options = () => [...list.querySelectorAll('[role="option"]')];

    function close() {
      clearTimeout(timer);
      asked?.abort();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function choose(at) {
      const all = options();
      chosen = all.length ? (at + all.length + 1) % (all.length + 1) : -1;
      if (at < 0 || chosen === all.length) chosen = at === -2 ? all.length - 1 : -1;
      all.forEach((option, n) => option.setAttribute("aria-selected", String(n === chosen)));
      if (chosen < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", all[chosen].id);
        all[chosen].scrollIntoView({ block: "nearest" });
      }
    }

    async function ask() {
      const typed = input.value.trim();
      if (typed.length < 2) return close();
      asked?.abort();
      asked = new AbortController();
      const address = new URL("/search/suggestions", location.href);
      address.searchParams.set("q", typed);
      address.searchParams.set("lang", document.documentElement.lang);
      try {
        const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "text/html" } });
        if (!answer.ok) return close();
        list.innerHTML = await answer.text();
      } catch (error) {
        if (error.name !== "AbortError") close();
        return;
      }
      options().forEach((option) => { option.id = `${id}-${option.id}`; });
      const some = options().length > 0 && document.activeElement === input;
      list.hidden = !some;
      input.setAttribute("aria-expanded", String(some));
      choose(-1);
    }

    function follow(option) {
      location.href = option.dataset.href;
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("blur", () => setTimeout(close, 150));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        if (list.hidden) ask(); else choose(chosen + 1);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        choose(chosen < 0 ? -2 : chosen - 1);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        follow(options()[chosen]);
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) follow(option);
    });
  }

  document.querySelectorAll('form[role="search"] input[name="q"]').forEach(enhance);
})();
