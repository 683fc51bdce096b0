// Wraps a private key by a passphrase or by this device's passkey; in clear it is in memory only.
// In: 32 private bytes. Out: an object that can be stored anywhere, and back.
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

const ROUNDS = 1_000_000;
const MOST_ROUNDS = 10_000_000;
const text = new TextEncoder();

export async function wrapByPassphrase(secret, passphrase, address) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await stretched(passphrase, salt, ROUNDS);
  return { kdf: "pbkdf2-sha256", rounds: ROUNDS, salt: bytesToHex(salt), ...(await sealed(key, secret, address)) };
}

export async function openByPassphrase(wrapped, passphrase, address) {
  if (wrapped.kdf !== "pbkdf2-sha256" || !(wrapped.rounds <= MOST_ROUNDS)) throw new Error("unknown wrap");
  const key = await stretched(passphrase, hexToBytes(wrapped.salt), wrapped.rounds);
  return opened(key, wrapped, address);
}

export async function wrapByPasskey(secret, address) {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rp: { name: document.title },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: address, displayName: address },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      extensions: { prf: {} },
    },
  });
  if (!made.getClientExtensionResults().prf?.enabled) throw new Error("this passkey keeps no secrets");
  const id = bytesToHex(new Uint8Array(made.rawId));
  const key = await asked(id, salt);
  return { kdf: "passkey-prf", id, salt: bytesToHex(salt), ...(await sealed(key, secret, address)) };
}

export async function openByPasskey(wrapped, address) {
  return opened(await asked(wrapped.id, hexToBytes(wrapped.salt)), wrapped, address);
}

async function asked(id, salt) {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: [{ type: "public-key", id: hexToBytes(id) }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const secret = answer.getClientExtensionResults().prf?.results?.first;
  if (!secret) throw new Error("this passkey keeps no secrets");
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: text.encode("bp-owner-key/v1") };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function stretched(passphrase, salt, iterations) {
  const octets = text.encode(passphrase.normalize("NFKC"));
  const base = await crypto.subtle.importKey("raw", octets, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

// The address is bound in, so that one key's wrap does not pass for another's.
const bound = (address) => text.encode(`bp-owner-key/v1 ${address.toLowerCase()}`);

async function sealed(key, secret, address) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv: nonce, additionalData: bound(address) };
  const octets = new Uint8Array(await crypto.subtle.encrypt(how, key, secret));
  return { nonce: bytesToHex(nonce), sealed: bytesToHex(octets) };
}

async function opened(key, wrapped, address) {
  const how = { name: "AES-GCM", iv: hexToBytes(wrapped.nonce), additionalData: bound(address) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, hexToBytes(wrapped.sealed)));
}
