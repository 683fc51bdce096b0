// Passkeys: asks the authenticator what the server wants to know, and sends its answer back as a form.
// Pages work without this; what needs it is hidden until it has run.
"use strict";

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function send(address, fields) {
  const response = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(fields),
    redirect: "error",
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function prepared(options) {
  const publicKey = { ...options, challenge: decode(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: decode(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) {
      publicKey[list] = options[list].map((each) => ({ ...each, id: decode(each.id) }));
    }
  }
  return publicKey;
}

function written(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: encode(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = encode(answer[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

async function start(place) {
  const csrf = place.dataset.csrf;
  const publicKey = prepared(await send(place.dataset.options, { csrf }));
  const adds = place.dataset.passkey === "add";
  const credential = adds
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  const fields = { csrf, answer: written(credential), next: place.dataset.next || "" };
  if (adds) fields.label = place.querySelector("input[name=label]").value;
  const done = await send(place.dataset.answer, fields);
  const again = document.getElementById(place.dataset.again || "");
  if (!again) return window.location.assign(done.next);
  // The form that asked for the passkey is sent once more, under the session's new token.
  again.querySelector("input[name=csrf]").value = done.csrf;
  return again.submit();
}

function offer(place) {
  const button = place.querySelector("[data-passkey-start]");
  const fault = place.querySelector("[data-passkey-fault]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    fault.hidden = true;
    button.disabled = true;
    try {
      await start(place);
    } catch {
      fault.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

// A passkey belongs to a name; under a bare network address there can be none.
const hasName = !/^[\d.]+$|:/.test(window.location.hostname);

if (hasName && window.PublicKeyCredential && navigator.credentials) {
  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
  for (const place of document.querySelectorAll("[data-passkey]")) offer(place);
}
