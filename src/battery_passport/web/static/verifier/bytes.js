// Bytes as text and back, where each text has exactly one writing (RFC 4648 §3.5).
//
// In: texts. Out: bytes, or null for a text that its own bytes would not be written as.

const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function fromHex(text, length) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  const found = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return length === undefined || found.length === length ? found : null;
}

export const toHex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

export function toBase64(bytes) {
  let raw = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    raw += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(raw);
}

export function fromBase64(text) {
  if (!STANDARD.test(text)) return null;
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) found[place] = raw.charCodeAt(place);
  // Bits beyond the last byte must be zero: the tail written again must be the same.
  const tail = found.subarray(found.length - (found.length % 3 || 3));
  return text === "" || text.endsWith(toBase64(tail)) ? found : null;
}

export const toBase64url = (bytes) =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return fromBase64(padded);
}

export function joined(...parts) {
  const found = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let place = 0;
  for (const part of parts) {
    found.set(part, place);
    place += part.length;
  }
  return found;
}

export const same = (one, other) =>
  one.length === other.length && one.every((each, place) => each === other[place]);

// Negative, zero or positive as the first lies below, at or above the second, byte for byte.
export function compare(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let place = 0; place < shorter; place += 1) {
    if (one[place] !== other[place]) return one[place] - other[place];
  }
  return one.length - other.length;
}

// A whole number as so many bytes, the greatest first.
export function bigEndian(number, length) {
  const found = new Uint8Array(length);
  let rest = BigInt(number);
  for (let place = length - 1; place >= 0; place -= 1) {
    found[place] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return found;
}

export const toBigInt = (bytes) => bytes.reduce((total, each) => (total << 8n) | BigInt(each), 0n);
