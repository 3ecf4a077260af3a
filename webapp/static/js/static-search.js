/* The search of a copy in a folder: it reads the small scripts of a prebuilt index, only those that it needs. */
(() => {
  "use strict";
  const MOST = 100, NOT_FACETS = ["q", "lang", "reading", "sort", "exact"];
  const asked = new URLSearchParams(location.search);
  const outsider = asked.get("reading") === "outsider";
  const rooms = outsider ? ["heard"] : ["heard", "meant"];
  const box = document.getElementById("q"), list = document.getElementById("found");
  const count = document.getElementById("count"), instead = document.getElementById("instead");
  const standings = Object.fromEntries((list.dataset.standings || "").split(";").filter(Boolean).map((each) => each.split("=")));
  const root = new URL("../../search-index/", location.href.split(/[?#]/)[0]).href;

  const held = { words: {}, records: {}, standings: {}, about: { records: 0, in: 1 } };
  window.CAROTTES = {
    about: (told) => { held.about = told; },
    records: (part, rows) => { held.records[part] = rows; },
    standings: (part, rows) => { held.standings[part] = rows; },
    words: (room, shelf, words) => { held.words[room + "/" + shelf] = words; },
  };

  // A script that is not there holds no word: that is an answer too.
  const loaded = {};
  const load = (path) => loaded[path] ??= new Promise((ready) => {
    const script = document.createElement("script");
    script.src = root + path + ".js";
    script.onload = script.onerror = ready;
    document.head.append(script);
  });

  // The same phrase however it is typed: accents, case, apostrophes and œ never matter.
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(/[^\p{L}\p{N}_]+/gu, " ").trim();
  const shelf = (word) => Array.from(word).slice(0, 2).map((letter) => letter.codePointAt(0).toString(16)).join("-");
  const singular = (word) => word.length > 4 ? word.replace(/(?:aux|[sx])$/, "") : word;

  // How many letters have to be changed to make one word the other; more than two are not counted.
  const apart = (one, other) => {
    if (Math.abs(one.length - other.length) > 2) return 3;
    let row = Array.from({ length: other.length + 1 }, (_, n) => n);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
      row = next;
    }
    return row[other.length];
  };

  const postings = (told, into) => {
    for (const each of told ? told.split(" ") : []) {
      const [record, weight] = each.split(".");
      into.set(+record, Math.max(into.get(+record) || 0, +(weight || 1)));
    }
  };

  // The records that have a word, or one that begins with it; failing that, with a word that is nearly written so.
  const having = async (word) => {
    const shelves = rooms.map((room) => room + "/" + shelf(word));
    await Promise.all(shelves.map(load));
    const found = new Map(), stem = singular(word);
    for (const name of shelves)
      for (const [each, told] of Object.entries(held.words[name] || {})) if (each.startsWith(stem)) postings(told, found);
    return found.size ? found : nearly(word, shelves, found);
  };
  const nearly = (word, shelves, found) => {
    const near = new Map();
    for (const name of shelves)
      for (const each of Object.keys(held.words[name] || {})) near.set(each, apart(word, each));
    const least = word.length < 4 ? 0 : Math.min(word.length < 7 ? 1 : 2, ...near.values());
    const words = [...near].filter((pair) => least && pair[1] === least).map((pair) => pair[0]);
    for (const each of words) for (const name of shelves) if ((held.words[name] || {})[each]) postings(held.words[name][each], found);
    if (words.length) instead.append(`${instead.dataset.says.replace("{typed}", word).replace("{read}", words.slice(0, 3).join(", "))} `);
    return found;
  };

  const valued = async (name) => {
    const shelves = rooms.map((room) => `${room}/facet-${name}`), found = new Map();
    await Promise.all(shelves.map(load));
    for (const each of shelves) for (const value of asked.getAll(name)) postings((held.words[each] || {})[value] || "", found);
    return found;
  };

  // Code words are found when they are asked for, as in the archive.
  const hidden = async () => {
    const found = new Map();
    await load("heard/facet-kind");
    if (!asked.getAll("kind").length) postings((held.words["heard/facet-kind"] || {}).codeword || "", found);
    return found;
  };

  const line = (number) => {
    const part = Math.floor(number / held.about.in), at = number % held.about.in;
    const [type, lang, title, path] = held.records[part][at];
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = `../${path}/${outsider && type === "message" ? "outsider/" : ""}index.html`;
    if (lang) link.lang = lang;
    link.textContent = title;
    item.append(link);
    const said = type === "message" ? standings[(held.standings[part] || [])[at]] : list.dataset[type];
    if (said && !outsider) item.append(Object.assign(document.createElement("span"), { className: "muted", textContent: ` ${said}` }));
    return item;
  };

  const show = async () => {
    const words = folded(asked.get("q") || "").split(" ").filter(Boolean);
    const facets = [...new Set(asked.keys())].filter((name) => !NOT_FACETS.includes(name));
    if (!words.length && !facets.length) return;
    await load("about");
    const sets = await Promise.all([...words.map(having), ...facets.map(valued)]), without = await hidden();
    const found = [...sets[0]].filter(([record]) => !without.has(record) && sets.every((set) => set.has(record)))
      .map(([record]) => [record, sets.reduce((sum, set) => sum + set.get(record), 0)]).sort((one, other) => other[1] - one[1] || one[0] - other[0]);
    const shown = found.slice(0, MOST).map((pair) => pair[0]);
    const parts = [...new Set(shown.map((record) => Math.floor(record / held.about.in)))];
    await Promise.all(parts.flatMap((part) => [load(`records/${part}`), ...(outsider ? [] : [load(`standings/${part}`)])]));
    list.replaceChildren(...shown.map(line));
    count.textContent = !found.length ? count.dataset.none : found.length === 1 ? count.dataset.one : count.dataset.many.replace("{number}", found.length);
  };

  box.value = asked.get("q") || "";
  show();
})();
