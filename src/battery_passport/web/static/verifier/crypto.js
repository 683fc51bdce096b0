// Hashes and signatures: WebCrypto where the machine has it, @noble where not.
//
// In: bytes. Out: digests; whether a signature holds. Ed25519 and secure contexts are not everywhere.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { joined, toBigInt, toHex } from "./bytes.js";

export { sha256 };

const ORDER = p256.Point.Fn.ORDER;
const EC = { name: "ECDSA", namedCurve: "P-256" };
const ED = { name: "Ed25519" };
const BY_HASH = { name: "ECDSA", hash: "SHA-256" };
const imported = new Map();
let engine = globalThis.crypto?.subtle ?? null;

// Tests choose: null makes every signature be checked by @noble.
export function useEngine(subtle) {
  engine = subtle;
  imported.clear();
}

// Whether x ‖ y is a point of P-256.
export function isPoint(coordinates) {
  try {
    p256.Point.fromBytes(joined(Uint8Array.of(4), coordinates));
    return true;
  } catch {
    return false;
  }
}

// ES256 over a message, r ‖ s with the lower s: its twin is refused, so no signed byte can change.
export async function holdsEs256(coordinates, signature, message) {
  if (signature.length !== 64) return false;
  const [r, s] = [toBigInt(signature.subarray(0, 32)), toBigInt(signature.subarray(32))];
  if (r === 0n || s === 0n || r >= ORDER || s > ORDER / 2n) return false;
  const point = joined(Uint8Array.of(4), coordinates);
  const key = await importKey(point, EC);
  if (key !== null) return engine.verify(BY_HASH, key, signature, message);
  return p256.verify(signature, message, point, { lowS: true });
}

export async function holdsEd25519(publicKey, signature, message) {
  if (signature.length !== 64) return false;
  const key = await importKey(publicKey, ED);
  if (key !== null) return engine.verify(ED, key, signature, message);
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

// The key as WebCrypto wants it; null where WebCrypto is not there or does not know the curve.
async function importKey(bytes, algorithm) {
  if (engine === null) return null;
  const name = `${algorithm.name} ${toHex(bytes)}`;
  if (!imported.has(name)) {
    const asked = engine.importKey("raw", bytes, algorithm, false, ["verify"]);
    imported.set(name, await asked.catch(() => null));
  }
  return imported.get(name);
}
