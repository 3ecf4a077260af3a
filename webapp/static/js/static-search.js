// The search of the static site: over window.CAROTTES, which lies in search-index.js.
(function () {
  "use strict";
  const MOST = 100;
  const asked = new URLSearchParams(location.search);
  const outsider = asked.get("reading") === "outsider";
  const box = document.getElementById("q");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const standings = Object.fromEntries((list.dataset.standings || "").split(";").filter(Boolean).map((each) => each.split("=")));

  // The same phrase however it is typed: accents, case, apostrophes and œ never matter.
  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function haystacks(message) {
    if (!message.first) {
      message.first = " " + folded(message.text + " " + Object.values(message.translation).join(" "));
      message.rest = " " + folded(message.meaning.join(" "));
    }
    return outsider ? [message.first] : [message.first, message.first + message.rest];
  }

  // 0: the phrase has all words; 1: with its meanings it has; -1: it has not.
  function rank(message, words) {
    return haystacks(message).findIndex((text) => words.every((word) => text.includes(" " + word)));
  }

  function narrowed(message) {
    for (const name of new Set(asked.keys())) {
      if (["q", "lang", "reading", "sort", "exact"].includes(name)) continue;
      const held = message.facets[name] || [];
      if (!asked.getAll(name).some((value) => held.includes(value))) return false;
    }
    return message.kind !== "codeword" || asked.getAll("kind").includes("codeword");
  }

  function line(message) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "../" + message.path + (outsider ? "outsider/" : "") + "index.html";
    link.lang = message.lang;
    link.textContent = message.text;
    item.append(link);
    if (!outsider) {
      const sure = document.createElement("span");
      sure.className = "muted";
      sure.textContent = " " + (standings[message.standing] || message.standing);
      item.append(sure);
    }
    return item;
  }

  function show() {
    const words = folded(asked.get("q") || "").split(" ").filter(Boolean);
    if (!words.length && ![...asked.keys()].some((name) => name !== "q" && name !== "lang" && name !== "reading")) return;
    const found = window.CAROTTES.filter(narrowed).map((message) => [rank(message, words), message]).filter((pair) => pair[0] >= 0);
    found.sort((one, other) => one[0] - other[0]);
    list.replaceChildren(...found.slice(0, MOST).map((pair) => line(pair[1])));
    count.textContent = !found.length ? count.dataset.none : found.length === 1 ? count.dataset.one : found.length + " " + count.dataset.many;
  }

  box.value = asked.get("q") || "";
  show();
})();
