/* A printed or embedded address in a copy: it leads on to the language and the reading that are asked for. */
(() => {
  "use strict";
  const script = document.currentScript, asked = new URLSearchParams(location.search);
  const speaks = (navigator.languages || []).map((each) => each.slice(0, 2)).find((each) => each === "fr" || each === "en");
  const lang = ["fr", "en"].find((each) => each === asked.get("lang")) || speaks || "fr";
  const reading = (script.dataset.readings || "").split(" ").find((each) => each && each === asked.get("reading"));
  const today = new Date();
  const date = `${String(today.getMonth() + 1).padStart(2, "0")}-${String(today.getDate()).padStart(2, "0")}`;
  const days = script.dataset.days ? script.dataset.days.split(" ") : [], day = days.find((each) => each >= date) || days[0];
  const steps = [lang + "/", script.dataset.to, day ? day + "/" : "", reading ? reading + "/" : "", "index.html"];
  location.replace(new URL(steps.join(""), script.src).href + (location.hash || script.dataset.anchor || ""));
})();
