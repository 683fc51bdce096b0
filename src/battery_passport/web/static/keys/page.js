// The forms of "my key": makes a key or opens the one that is kept, signs what the page shows, and
// sends the signature. Fields of passphrases and files have no name: nothing of them is ever sent.
import { addressOf, newSecret, signatureOf } from "./signing.js";
import { keep, kept, parseRecord, recordOf } from "./storing.js";
import { digestOf } from "./typed.js";
import { openByPasskey, openByPassphrase, wrapByPasskey, wrapByPassphrase } from "./wrapping.js";

const LEAST_PASSPHRASE = 10;

const part = (form, name) => form.querySelector(`[data-part="${name}"]`);
const field = (form, name) => form.elements.namedItem(name);

class Fault extends Error {}

function tell(form, name) {
  for (const each of form.querySelectorAll("[data-fault]")) each.hidden = each.dataset.fault !== name;
}

async function made(form) {
  const passphrase = part(form, "passphrase").value;
  if (passphrase.length < LEAST_PASSPHRASE) throw new Fault("short");
  if (part(form, "again").value !== passphrase) throw new Fault("differ");
  const secret = newSecret();
  const address = addressOf(secret);
  const byPassphrase = await wrapByPassphrase(secret, passphrase, address);
  let byPasskey;
  if (part(form, "passkey")?.checked) {
    byPasskey = await wrapByPasskey(secret, address).catch(() => {
      throw new Fault("passkey");
    });
  }
  const record = recordOf(address, byPassphrase, byPasskey);
  await keep(record);
  if (part(form, "copy")?.checked) field(form, "copy").value = JSON.stringify(recordOf(address, byPassphrase));
  return { secret, address };
}

async function found(form) {
  const address = form.dataset.address;
  const record = (await kept(address)) ?? (await brought(form, address));
  if (!record) throw new Fault("absent");
  const passphrase = part(form, "passphrase").value;
  const opening =
    record.byPasskey && !passphrase
      ? openByPasskey(record.byPasskey, record.address)
      : openByPassphrase(record.byPassphrase, passphrase, record.address);
  const secret = await opening.catch(() => {
    throw new Fault("wrong");
  });
  if (addressOf(secret).toLowerCase() !== address.toLowerCase()) throw new Fault("wrong");
  await keep(record);
  return { secret, address };
}

async function brought(form, address) {
  const file = part(form, "file")?.files[0];
  const textual = file ? await file.text() : form.dataset.copy;
  if (!textual) return null;
  try {
    const record = parseRecord(textual);
    return record.address === address.toLowerCase() ? record : null;
  } catch {
    return null;
  }
}

async function sign(form) {
  const typed = JSON.parse(form.dataset.typed);
  const { secret, address } = form.dataset.key === "make" ? await made(form) : await found(form);
  if (form.dataset.key === "make") typed.message.to = address;
  field(form, "signature").value = signatureOf(secret, digestOf(typed));
  field(form, "address").value = address;
  field(form, "number").value = typed.message.nonce ?? typed.message.proposal;
  field(form, "deadline").value = typed.message.deadline;
  secret.fill(0);
}

function offer(form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    tell(form, "");
    try {
      await sign(form);
      form.submit();
    } catch (error) {
      tell(form, error instanceof Fault ? error.message : "other");
      button.disabled = false;
    }
  });
  if (form.dataset.key === "use") lookFor(form);
}

async function lookFor(form) {
  const record = await kept(form.dataset.address).catch(() => undefined);
  const here = Boolean(record) || Boolean(form.dataset.copy);
  for (const each of form.querySelectorAll("[data-when=absent]")) each.hidden = here;
  for (const each of form.querySelectorAll("[data-when=passkey]")) each.hidden = !record?.byPasskey;
  if (record?.byPasskey) part(form, "passphrase").required = false;
}

function offerBackup(place) {
  place.querySelector("button").addEventListener("click", async () => {
    const record = await kept(place.dataset.backup);
    if (!record) return;
    const { byPasskey: _stays, ...file } = record;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
    link.download = `battery-key-${record.address.slice(2, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  kept(place.dataset.backup).then((record) => {
    place.hidden = !record;
  });
}

async function offerPasskeys() {
  const known = await window.PublicKeyCredential?.getClientCapabilities?.().catch(() => ({}));
  const may = known?.["extension:prf"] ?? Boolean(window.PublicKeyCredential);
  for (const each of document.querySelectorAll("[data-when=prf]")) each.hidden = !may;
}

if (window.crypto?.subtle && window.indexedDB) {
  for (const each of document.querySelectorAll("[data-keys-missing]")) each.hidden = true;
  for (const form of document.querySelectorAll("form[data-key]")) offer(form);
  for (const place of document.querySelectorAll("[data-backup]")) offerBackup(place);
  offerPasskeys();
}
