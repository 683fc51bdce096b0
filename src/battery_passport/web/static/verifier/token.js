// Compact signed tokens: ES256, one writing, no extension.
//
// In: a token and the keys that may have signed it. Out: header, payload and key, or a refusal.
// Source: RFC 7515 §5.2, RFC 8725.

import { fromBase64url, utf8 } from "./bytes.js";
import { holdsEs256 } from "./crypto.js";
import { MalformedJson, parseObject } from "./json.js";
import { Refusal } from "./refusal.js";

const EXTENSIONS = ["crit", "b64", "zip"];

export async function openToken(token, keys) {
  const parts = token.split(".");
  const [head, payload, signature] = parts.map(fromBase64url);
  if (parts.length !== 3 || [head, payload, signature].includes(null)) {
    throw new Refusal("malformed-token", "not three parts of canonical base64url");
  }
  const header = objectOf(head);
  if (header.get("alg") !== "ES256" || EXTENSIONS.some((name) => header.has(name))) {
    throw new Refusal("refused-algorithm", "another algorithm, or an extension");
  }
  const key = keyNamed(header.get("kid"), keys);
  if (!(await holdsEs256(key.coordinates, signature, utf8(`${parts[0]}.${parts[1]}`)))) {
    throw new Refusal("signature-mismatch", `not signed by the key ${key.kid}`);
  }
  return { header, payload: objectOf(payload), key };
}

function keyNamed(kid, keys) {
  if (kid !== undefined && kid !== null && typeof kid !== "string") {
    throw new Refusal("malformed-token", "kid is no text");
  }
  const found = keys.get(kid);
  if (found === undefined) throw new Refusal("unknown-signing-key", `no key ${kid}`);
  return found;
}

function objectOf(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    if (error instanceof MalformedJson) throw new Refusal("malformed-token", error.message);
    throw error;
  }
}
