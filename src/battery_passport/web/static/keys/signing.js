// A secp256k1 key: made here, its address, its signatures as contracts take them.
// In: 32 private bytes. Out: text with 0x.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export const newSecret = () => secp256k1.utils.randomSecretKey();

export function addressOf(secret) {
  const point = secp256k1.getPublicKey(secret, false).slice(1);
  const bare = bytesToHex(keccak_256(point).slice(12));
  const mask = bytesToHex(keccak_256(new TextEncoder().encode(bare)));
  return `0x${[...bare].map((each, at) => (Number.parseInt(mask[at], 16) >= 8 ? each.toUpperCase() : each)).join("")}`;
}

export function signatureOf(secret, digest) {
  const made = secp256k1.sign(digest, secret, { prehash: false, lowS: true, format: "recovered" });
  return `0x${bytesToHex(made.slice(1))}${(27 + made[0]).toString(16)}`;
}
