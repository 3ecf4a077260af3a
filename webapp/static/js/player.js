/* The line that is being read is marked, and each line of a transcript can be listened to; without this, the player plays. */
(() => {
  "use strict";
  for (const audio of document.querySelectorAll("audio[data-player]")) {
    const element = audio.querySelector("track"), track = audio.textTracks[0];
    if (!element || !track) continue;
    const lineOf = (cue) => document.getElementById(cue.id.slice(cue.id.indexOf(":") + 1));

    // The captions are fetched with the sound, not before: somebody who only reads asks for neither.
    const captions = () => new Promise((ready) => {
      if (element.readyState === 2) return ready();
      element.addEventListener("load", ready, { once: true });
      track.mode = "hidden";
    });

    let marked = null;
    const mark = (line) => {
      if (line === marked) return;
      if (marked) marked.removeAttribute("aria-current");
      if (line) line.setAttribute("aria-current", "true");
      marked = line;
    };
    track.addEventListener("cuechange", () => {
      const cue = track.activeCues && track.activeCues[0];
      if (cue) mark(lineOf(cue));
    });
    audio.addEventListener("play", captions);
    audio.addEventListener("ended", () => mark(null));

    const listen = async (line) => {
      await captions();
      const cue = Array.from(track.cues).find((each) => lineOf(each) === line);
      if (!cue) return;
      const start = () => { audio.currentTime = cue.startTime; audio.play(); };
      if (audio.readyState > 0) return start();
      audio.addEventListener("loadedmetadata", start, { once: true });
      audio.load();
      audio.preload = "metadata";
    };
    for (const line of document.querySelectorAll("[data-line]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "transcript__from";
      button.lang = document.documentElement.lang;
      button.setAttribute("aria-label", `${audio.dataset.from}, ${line.textContent.trim()}`);
      button.title = audio.dataset.from;
      button.addEventListener("click", () => listen(line));
      line.prepend(button);
    }
  }
})();
