// Trees of RFC 9162: the root that a path leads to, and the root over a few leaves.
//
// In: hashes of 32 bytes. Out: a root, or null for a path of the wrong length.

import { sha256 } from "./crypto.js";
import { joined } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (bytes) => sha256(joined(LEAF, bytes));
export const nodeHash = (left, right) => sha256(joined(NODE, left, right));

// RFC 9162 §2.1.3.2. Index and size are BigInt: a log may hold 2^63 - 1 entries.
export function rootOfPath(leaf, index, size, path) {
  if (index >= size) return null;
  let [place, last, root] = [index, size - 1n, leaf];
  for (const step of path) {
    if (last === 0n) return null;
    if (place & 1n || place === last) {
      root = nodeHash(step, root);
      while (!(place & 1n) && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      root = nodeHash(root, step);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n ? root : null;
}

// How many leaves the left side of a tree has: the greatest power of two below its size.
export function splitPoint(size) {
  let found = 1;
  while (found * 2 < size) found *= 2;
  return found;
}

export function rootOfLeaves(hashes) {
  if (hashes.length === 0) return sha256(new Uint8Array());
  if (hashes.length === 1) return hashes[0];
  const middle = splitPoint(hashes.length);
  return nodeHash(rootOfLeaves(hashes.slice(0, middle)), rootOfLeaves(hashes.slice(middle)));
}
