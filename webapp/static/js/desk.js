/* The desk while one types: rows without reloading, work kept in the browser, pickers, dates echoed, duplicates.
   Every form is complete without this file: each thing here is also a submit button of the form. */
(() => {
  "use strict";
  const form = () => document.getElementById("entry");
  const lang = document.documentElement.lang;
  const token = () => form()?.elements.csrf_token?.value || "";
  const ROWS = /^(add|remove|up|down|set|create|variant|look)(:|$)/;

  async function ask(address, query) {
    const url = new URL(address, location);
    for (const [name, value] of Object.entries({ ...query, lang })) url.searchParams.set(name, value);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }

  function later(wait, act) {
    let timer;
    return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); };
  }

  // Rows: the same request that the button makes, but only the form is put in place of the old one.
  async function work(data, wish) {
    data.delete("do");
    data.append("do", wish);
    const answer = await fetch(form().action, { method: "POST", body: data });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("entry");
    if (!fresh) throw new Error(answer.status);
    form().replaceWith(fresh);
    const next = fresh.querySelector("[autofocus]");
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    keep();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="do"]');
    if (!button || button.form !== form() || !ROWS.test(button.value)) return;
    event.preventDefault();
    work(new FormData(form()), button.value).catch(() => {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: button.value });
      form().append(hidden);
      form().submit();
    });
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && form()) {
      event.preventDefault();
      form().querySelector('button[name="do"][value="save"]').click();
    }
  });

  // Unsaved work stays in this browser until it is saved, for the person who typed it.
  const entries = () => [...new FormData(form())].filter(([name]) => name !== "csrf_token" && name !== "do");
  const said = (pairs) => JSON.stringify(pairs.filter(([name]) => name !== "opened_on"));
  const place = () => `carottes:${form().dataset.keep}`;

  function keep() {
    try {
      localStorage.setItem(place(), JSON.stringify({ at: new Date().toISOString(), entries: entries() }));
    } catch { return; } // a full or forbidden store must not stop anybody from typing
    const note = form().querySelector("[data-kept]");
    if (note) note.textContent = `${note.dataset.kept} ${new Date().toLocaleTimeString(lang, { timeStyle: "short" })}`;
  }

  function forget(path) {
    try { localStorage.removeItem(`carottes:${document.body.dataset.person}:${path}`); } catch { /* nothing is kept */ }
  }

  function offerBack() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(place())); } catch { return; }
    const box = document.getElementById("kept");
    if (!kept || !box || said(kept.entries) === said(entries())) return;
    if (document.getElementById("errors")) return keep(); // a refused form comes back with all that was typed last
    box.hidden = false;
    box.querySelector("time").textContent = new Date(kept.at).toLocaleString(lang, { dateStyle: "short", timeStyle: "short" });
    box.querySelector("[data-back]").addEventListener("click", () => {
      const data = new FormData();
      data.append("csrf_token", token());
      for (const [name, value] of kept.entries) data.append(name, value);
      work(data, "look").then(() => form().querySelector("input:not([type=hidden])").focus());
    });
    box.querySelector("[data-drop]").addEventListener("click", () => { localStorage.removeItem(place()); box.hidden = true; });
  }

  // What is understood of a date; what is much like the phrase; what a standing means.
  const echo = later(250, async (input) => {
    const box = document.getElementById(`${input.id}-echo`);
    if (box) box.innerHTML = await ask(form().dataset.dateAddress, { q: input.value });
  });
  const alike = later(350, async (input) => {
    const box = document.getElementById("duplicates");
    if (box) box.innerHTML = await ask(box.dataset.address, { q: input.value, besides: box.dataset.id });
  });
  const remember = later(300, () => { if (form()) keep(); });

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!form() || input.form !== form()) return;
    remember();
    if (input.matches("[data-date]")) echo(input);
    if (input.matches("[data-phrase]")) alike(input);
    if (input.matches("[data-standings]")) {
      document.getElementById(`${input.id}-said`).textContent = input.selectedOptions[0]?.dataset.said || "";
    }
  });

  // Pickers, as comboboxes (WAI-ARIA 1.2).
  let list, owner, number = 0;
  const options = () => (list ? [...list.querySelectorAll('[role="option"]')] : []);
  const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

  function close() {
    list?.remove();
    if (owner) {
      owner.setAttribute("aria-expanded", "false");
      owner.removeAttribute("aria-activedescendant");
    }
    list = owner = undefined;
  }

  function point(at) {
    const all = options();
    if (!all.length) return;
    const now = (at + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === now)));
    owner.setAttribute("aria-activedescendant", all[now].id);
    all[now].scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const input = owner;
    close();
    if (option.dataset.create) {
      work(new FormData(form()), `create:${input.name}=${option.dataset.create}`);
      return;
    }
    input.value = option.dataset.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  const offer = later(180, async (input) => {
    const address = input.closest("[data-pick-address]").dataset.pickAddress;
    const found = await ask(`${address}${input.dataset.pick}`, { q: input.value.replace(/\s*\[[^\]]*\]\s*$/, "") });
    if (document.activeElement !== input || input.dataset.taken === input.value) return;
    close();
    list = Object.assign(document.createElement("ul"), { className: "suggest", id: `offers-${++number}`, innerHTML: found });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].textContent);
    if (!options().length) { list = undefined; return; }
    owner = input;
    input.parentElement.classList.add("picks");
    input.after(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" })) {
      input.setAttribute(name, value);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-pick]")) offer(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-pick]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list) point(event.key === "ArrowDown" ? chosen() + 1 : chosen() < 0 ? -1 : chosen() - 1);
      else offer(input);
    } else if (event.key === "Enter" && list && chosen() >= 0) {
      event.preventDefault();
      take(options()[chosen()]);
    } else if (event.key === "Escape" && list) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest('.picks [role="option"]');
    if (option) {
      event.preventDefault();
      take(option);
    }
  });
  document.addEventListener("focusout", (event) => { if (event.target === owner) close(); });

  // Colleagues see that the form is open; they are told at once, not after the save.
  async function breathe() {
    if (document.hidden || !form()?.dataset.open) return;
    const answer = await fetch(`${form().dataset.open}?lang=${lang}`, {
      method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" },
    });
    const box = document.getElementById("others");
    const said = answer.ok ? (await answer.text()).trim() : "";
    if (box && answer.ok && box.innerHTML.trim() !== said) box.innerHTML = said;
  }

  for (const each of (document.body.dataset.saved || "").split(" ").filter(Boolean)) forget(each);
  if (!form()) return;
  offerBack();
  document.getElementById("errors")?.focus();
  if (form().dataset.open) setInterval(() => breathe().catch(() => {}), 45_000);
})();
