/* What was wanted and a copy does not have, at its address in the living archive. */
(() => {
  "use strict";
  const link = document.getElementById("wanted"), path = decodeURIComponent(location.hash.slice(1));
  if (!link || !/^\/(?!\/)/.test(path)) return;
  link.href = link.dataset.living + path;
  link.textContent = link.dataset.living + path;
})();
