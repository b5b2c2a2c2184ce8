// Passkeys: asks the browser to make or use one, and sends what it says in the page's form.
const offer = document.querySelector("[data-passkey-offer]");
const lacking = document.querySelector("[data-passkey-lacking]");
const work = document.querySelector("[data-passkey]");

// A passkey belongs to a name: an address of digits has none.
const named = !/^(\d+\.){3}\d+$|:/.test(location.hostname);
const able = Boolean(window.PublicKeyCredential) && window.isSecureContext && named;

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const keysByBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: keysByBytes(options.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    },
    extensions: JSON.stringify(made.getClientExtensionResults()),
  };
}

async function get(options) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: keysByBytes(options.allowCredentials),
    },
  });
  return {
    id: used.id,
    rawId: text(used.rawId),
    type: used.type,
    response: {
      authenticatorData: text(used.response.authenticatorData),
      clientDataJSON: text(used.response.clientDataJSON),
      signature: text(used.response.signature),
      userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
    },
  };
}

async function ask() {
  const told = work.querySelector("[data-passkey-told]");
  const again = work.querySelector("[data-passkey-again]");
  const form = work.querySelector("form");
  if (!able) {
    told.textContent = "This browser, or this address, cannot use passkeys.";
    return;
  }
  again.hidden = true;
  try {
    const options = JSON.parse(work.dataset.options);
    const credential = await (work.dataset.passkey === "create" ? create : get)(options);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    const known = error.name === "InvalidStateError";
    told.textContent = known
      ? "This device has a passkey of yours already."
      : "That did not work, or was stopped.";
    again.hidden = false;
  }
}

if (offer) offer.hidden = !able;
if (lacking) lacking.hidden = able;
if (work) {
  work.querySelector("[data-passkey-again]").addEventListener("click", ask);
  ask();
}
