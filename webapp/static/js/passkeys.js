/* Asks the browser for a passkey and sends its answer with the form. Everything it says stands in the page already. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const creating = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  });
  const getting = (options) => ({
    ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials),
  });

  const answer = (credential) => {
    const said = credential.response;
    const response = { clientDataJSON: text(said.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (said[name]) response[name] = text(said[name]);
    }
    if (said.getTransports) response.transports = said.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      extensions: JSON.stringify(credential.getClientExtensionResults()),
    });
  };

  const say = (which) => {
    for (const notice of form.querySelectorAll("[data-said]")) notice.hidden = notice.dataset.said !== which;
    form.querySelector("[role=status]").hidden = Boolean(which);
    form.querySelector("[data-again]").hidden = !which || which === "impossible";
  };

  const ask = async () => {
    say("");
    if (!window.PublicKeyCredential) return say("impossible");
    const options = JSON.parse(form.dataset.options);
    try {
      const credential = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: creating(options) })
        : await navigator.credentials.get({ publicKey: getting(options) });
      form.elements.credential.value = answer(credential);
      form.submit();
    } catch (error) {
      say({ SecurityError: "impossible", InvalidStateError: "known" }[error.name] || "refused");
    }
  };

  form.querySelector("[data-again]").addEventListener("click", ask);
  ask();
})();
