// The form of a bundle `bp-proof/v1`: every member is there, is known and is of its kind.
//
// In: bytes. Out: the parts; nothing of what they say is checked yet.

import { fromBase64, fromHex, toHex } from "./bytes.js";
import { readFinality } from "./finality_form.js";
import { MalformedJson, parseObject } from "./json.js";
import { Refusal } from "./refusal.js";
import { Shape } from "./shapes.js";

const LOGGED = ["credential", "record", "salt", "tlogProof"];
const REQUIRED = ["format", ...LOGGED, "anchor", "issuerKeys", "state", "status"];
const OPTIONAL = ["statements", "batches", "deviceKeys"];
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const DEVELOPMENT_WORDS = "development ledger";
export const CONSORTIUM_WORDS = "consortium network";

export function readBundle(bytes) {
  const shape = new Shape(objectOf(bytes), "the bundle", "malformed-bundle");
  shape.exactly(REQUIRED, OPTIONAL).constant("format", "bp-proof/v1");
  return {
    passport: readLogged(shape),
    state: shape.isNull("state") ? null : readState(shape.object("state")),
    status: shape.isNull("status") ? null : shape.text("status"),
    anchor: readAnchor(shape.object("anchor")),
    issuerKeys: shape.objects("issuerKeys"),
    statements: shape.has("statements") ? readStatements(shape) : [],
    deviceKeys: shape.has("deviceKeys") ? readDeviceKeys(shape) : null,
    batches: shape.has("batches") ? readBatches(shape) : null,
  };
}

// A time in its one writing; the year 0 is in no reader's calendar.
export function isMoment(text) {
  const at = new Date(text);
  return MOMENT.test(text) && !text.startsWith("0000") && !Number.isNaN(at.getTime()) && at.toISOString() === text;
}

function objectOf(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    if (error instanceof MalformedJson) throw new Refusal("unreadable-bundle", error.message);
    throw error;
  }
}

function readLogged(shape) {
  const record = shape.object("record").exactly(["v", "type", "seq", "key", "cred"]);
  record.constant("v", 1);
  return {
    credential: shape.text("credential"),
    record: {
      type: record.text("type"),
      seq: record.number("seq", { least: 1 }),
      key: record.hex("key", 16),
      cred: record.hex("cred", 32),
    },
    salt: shape.hex("salt", 16),
    tlogProof: shape.text("tlogProof"),
  };
}

function readState(shape) {
  shape.exactly(["record", "salt", "tlogProof", "index", "path"]);
  const record = shape.object("record").exactly(["v", "type", "epoch", "asOf", "size", "root"]);
  record.constant("v", 1);
  record.constant("type", "state");
  if (!isMoment(record.text("asOf"))) throw record.refuse("asOf is no time in its one writing");
  return {
    record: {
      epoch: record.number("epoch", { least: 1 }),
      asOf: record.text("asOf"),
      size: record.number("size", { least: 1 }),
      root: record.hex("root", 32),
    },
    salt: shape.hex("salt", 16),
    tlogProof: shape.text("tlogProof"),
    index: shape.number("index"),
    path: shape.texts("path").map((step) => shape.decoded("path", step, (text) => fromHex(text, 48))),
  };
}

function readAnchor(shape) {
  const ledger = shape.oneOf("ledger", [DEVELOPMENT_WORDS, CONSORTIUM_WORDS]);
  const isFinal = ledger === CONSORTIUM_WORDS;
  shape.exactly(["ledger", "checkpoint", ...(isFinal ? ["finality"] : [])]);
  return {
    ledger,
    checkpoint: shape.text("checkpoint"),
    finality: isFinal ? readFinality(shape.object("finality")) : null,
  };
}

function readStatements(shape) {
  return shape.objects("statements", { least: 1 }).map((each) => readLogged(each.exactly(LOGGED)));
}

function readDeviceKeys(shape) {
  const found = shape.objects("deviceKeys").map((each) => {
    each.exactly(["device", "key"]);
    return [each.text("device"), each.base64url("key", 32)];
  });
  const different = new Set(found.map(([device, key]) => `${device} ${toHex(key)}`));
  if (different.size !== found.length) throw shape.refuse("a device twice with one key");
  return found;
}

function readBatches(shape) {
  return shape.texts("batches").map((text) => shape.decoded("batches", text, fromBase64));
}
