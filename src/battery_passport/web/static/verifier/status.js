// The issuer's status list: whether the passport still counts, and as of when.
//
// In: a token, keys, the opened passport. Out: the times of the status, or a refusal.
// Source: draft-ietf-oauth-status-list.

import { fromBase64url, same } from "./bytes.js";
import { Refusal } from "./refusal.js";
import { Shape } from "./shapes.js";
import { openToken } from "./token.js";

const MOST_BYTES = 1 << 20;
const LAST_SECOND = 253402300799;
const MALFORMED = "malformed-token";
const BAD = { 1: "passport-revoked", 2: "passport-suspended", 3: "status-mismatch" };

export async function openStatus(token, keys) {
  const { header, payload, key } = await openToken(token, keys);
  new Shape(header, "the status", MALFORMED).exactly(["alg", "kid", "typ"]).constant("typ", "statuslist+jwt");
  const shape = new Shape(payload, "the status", MALFORMED).exactly(["sub", "iat", "exp", "ttl", "status_list"]);
  const list = shape.object("status_list").exactly(["bits", "lst"]);
  list.constant("bits", 2);
  const seconds = { most: LAST_SECOND };
  shape.number("ttl", seconds);
  const packed = list.decoded("lst", list.text("lst"), fromBase64url);
  return {
    key,
    uri: shape.text("sub"),
    issuedAt: shape.number("iat", seconds),
    expiresAt: shape.number("exp", seconds),
    places: await unpacked(packed),
  };
}

// The passport's own issuer says, later than the passport, that it counts.
export function checkStatus(status, passport, trust, now) {
  const speaks = trust.keys.find((each) => each.purpose === "passport" && each.kid === status.key.kid);
  const isTheKey = speaks !== undefined && same(speaks.coordinates, status.key.coordinates);
  if (!isTheKey || speaks.did !== passport.issuer) {
    throw new Refusal("not-trusted", `the status is not ${passport.issuer}'s`);
  }
  const place = placeIn(passport.payload);
  const isOlder = status.issuedAt < Math.floor(Date.parse(passport.validFrom) / 1000);
  if (place === null || place.uri !== status.uri || isOlder || place.index >= status.places.length * 4) {
    throw new Refusal("status-mismatch", "the status is not of this passport");
  }
  const said = (status.places[Math.floor(place.index / 4)] >> (2 * (place.index % 4))) & 3;
  if (said !== 0) throw new Refusal(BAD[said], `as of ${new Date(status.issuedAt * 1000).toISOString()}`);
  if (trust.requiresStatus && now !== null && now.getTime() > status.expiresAt * 1000) {
    throw new Refusal("status-expired", `good until ${new Date(status.expiresAt * 1000).toISOString()}`);
  }
}

function placeIn(payload) {
  if (!payload.has("status")) return null;
  const status = new Shape(payload.get("status"), "the passport's status", MALFORMED).exactly(["status_list"]);
  const place = status.object("status_list").exactly(["idx", "uri"]);
  return { index: place.number("idx", { most: LAST_SECOND }), uri: place.text("uri") };
}

async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const chunks = [];
  let size = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) throw new RangeError("too long");
      chunks.push(value);
    }
  } catch (error) {
    throw new Refusal(MALFORMED, `the status list cannot be unpacked: ${error.message}`);
  }
  const found = new Uint8Array(size);
  let place = 0;
  for (const chunk of chunks) {
    found.set(chunk, place);
    place += chunk.length;
  }
  return found;
}
