// SD-JWT presentations without key binding: the signed payload with the disclosed members in place.
//
// In: a presentation and keys. Out: header, opened payload, the names disclosed, the key.
// Source: RFC 9901 §7.1.

import { fromBase64url, toBase64url, utf8 } from "./bytes.js";
import { sha256 } from "./crypto.js";
import { MalformedJson, parseJson } from "./json.js";
import { Refusal } from "./refusal.js";
import { openToken } from "./token.js";

const DEEPEST = 64;
const refuse = (detail) => new Refusal("refused-disclosure", detail);

export async function openPresentation(presentation, keys) {
  const [issuerToken, ...disclosures] = presentation.split("~");
  if (disclosures.pop() !== "") throw new Refusal("malformed-token", "it does not end in ~");
  const { header, payload, key } = await openToken(issuerToken, keys);
  const opening = new Opening(disclosures);
  const algorithm = payload.get("_sd_alg") ?? "sha-256";
  if (payload.has("_sd_alg") && payload.get("_sd_alg") !== "sha-256") throw refuse(`by ${algorithm}`);
  payload.delete("_sd_alg");
  const opened = opening.object(payload, 0);
  if (opening.waiting.size > 0) throw refuse("a disclosure belongs to nothing signed");
  return { header, key, issuerToken, payload: opened, disclosed: opening.names };
}

class Opening {
  constructor(encoded) {
    this.names = [];
    this.used = new Set();
    this.waiting = new Map();
    for (const text of encoded) {
      const digest = toBase64url(sha256(utf8(text)));
      if (this.waiting.has(digest)) throw refuse("a disclosure is there twice");
      this.waiting.set(digest, parseDisclosure(text));
    }
  }

  value(value, depth) {
    if (depth > DEEPEST) throw refuse("nested too deeply");
    if (value instanceof Map) return this.object(value, depth);
    return Array.isArray(value) ? this.list(value, depth) : value;
  }

  object(members, depth) {
    if (members.has("...")) throw refuse("a hidden element outside a list");
    const digests = members.get("_sd") ?? [];
    if (!Array.isArray(digests)) throw refuse("_sd is no list");
    const found = new Map();
    for (const [name, value] of members) {
      if (name !== "_sd") found.set(name, this.value(value, depth + 1));
    }
    for (const digest of digests) {
      const disclosure = this.take(digest);
      if (disclosure === undefined) continue;
      const { name, value } = disclosure;
      if (name === undefined || found.has(name)) throw refuse(`"${name}" is there already`);
      this.names.push(name);
      found.set(name, this.value(value, depth + 1));
    }
    return found;
  }

  list(elements, depth) {
    const found = [];
    for (const element of elements) {
      if (!(element instanceof Map && element.has("..."))) {
        found.push(this.value(element, depth + 1));
        continue;
      }
      if (element.size !== 1) throw refuse("a hidden element with further members");
      const disclosure = this.take(element.get("..."));
      if (disclosure === undefined) continue;
      if (disclosure.name !== undefined) throw refuse("a named disclosure in a list");
      found.push(this.value(disclosure.value, depth + 1));
    }
    return found;
  }

  // The disclosure of a digest; none where the holder left it out or it is a decoy.
  take(digest) {
    if (typeof digest !== "string" || this.used.has(digest)) throw refuse("a digest is there twice");
    this.used.add(digest);
    const found = this.waiting.get(digest);
    this.waiting.delete(digest);
    return found;
  }
}

function parseDisclosure(text) {
  const parts = jsonOf(fromBase64url(text));
  const fits = Array.isArray(parts) && (parts.length === 2 || parts.length === 3);
  if (!fits || typeof parts[0] !== "string") throw refuse("no list of salt, name and value");
  if (parts.length === 2) return { name: undefined, value: parts[1] };
  const [, name, value] = parts;
  if (typeof name !== "string" || name === "_sd" || name === "...") throw refuse("a reserved name");
  return { name, value };
}

function jsonOf(bytes) {
  if (bytes === null) throw refuse("not canonical base64url");
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof MalformedJson) throw refuse(error.message);
    throw error;
  }
}
