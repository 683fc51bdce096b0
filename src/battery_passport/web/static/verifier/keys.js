// Public keys as JWKs of P-256, and the thumbprints of devices' Ed25519 keys.
//
// In: members of a JWK. Out: {kid, coordinates}. Source: RFC 7517, RFC 7518 §6.2, RFC 7638.

import { joined, toBase64url, utf8 } from "./bytes.js";
import { isPoint, sha256 } from "./crypto.js";

const MEMBERS = ["kty", "crv", "x", "y", "kid"];

// A trust file's key may also say what it is for; a bundle's may not, for nothing would cover it.
export function readIssuerKey(shape, { mayTellUse }) {
  shape.exactly(MEMBERS, mayTellUse ? ["alg", "use"] : []);
  shape.constant("kty", "EC");
  shape.constant("crv", "P-256");
  if (shape.has("alg")) shape.constant("alg", "ES256");
  if (shape.has("use")) shape.constant("use", "sig");
  const kid = shape.matching("kid", /^[^]+$/);
  const coordinates = joined(shape.base64url("x", 32), shape.base64url("y", 32));
  if (!isPoint(coordinates)) throw shape.refuse("the key is no point of P-256");
  return { kid, coordinates };
}

export const deviceThumbprint = (key) =>
  toBase64url(sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${toBase64url(key)}"}`)));
