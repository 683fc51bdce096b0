// The trust file `bp-trust/v1`: whom the reader believes and what the reader insists on.
//
// In: bytes. Out: trust anchors, or the refusal `malformed-trust-file`.

import { compare, toHex } from "./bytes.js";
import { sha256 } from "./crypto.js";
import { MalformedJson, parseObject } from "./json.js";
import { readIssuerKey } from "./keys.js";
import { LOG_KEY, parseVerifierKey, WITNESS_KEY } from "./note.js";
import { Refusal } from "./refusal.js";
import { Shape } from "./shapes.js";

export const CONSORTIUM = "cometbft";
export const DEVELOPMENT = "development-ledger";
const CODE = "malformed-trust-file";
const MEMBERS = ["format", "keys", "log", "witnesses", "chain", "validatorSets", "requires"];
const MOST_VALIDATORS = 128;

export function readTrust(bytes) {
  const shape = new Shape(objectOf(bytes), "the trust file", CODE).exactly(MEMBERS, ["demonstration"]);
  if (shape.has("demonstration")) shape.constant("demonstration", true);
  shape.constant("format", "bp-trust/v1");
  const requires = shape.object("requires").exactly(["state", "status"]);
  const chain = readChain(shape.object("chain"));
  return {
    keys: readKeys(shape),
    ...readLog(shape),
    chain,
    validatorSets: readSets(shape, chain),
    requiresState: requires.flag("state"),
    requiresStatus: requires.flag("status"),
    demonstration: shape.has("demonstration"),
  };
}

function objectOf(bytes) {
  try {
    return parseObject(bytes);
  } catch (error) {
    if (error instanceof MalformedJson) throw new Refusal(CODE, error.message);
    throw error;
  }
}

function readKeys(shape) {
  const found = shape.objects("keys").map((each) => {
    each.exactly(["purpose", "did", "jwk"]);
    return {
      purpose: each.oneOf("purpose", ["passport", "health-statement", "measurement-statement"]),
      did: each.matching("did", /^did:/),
      ...readIssuerKey(each.object("jwk"), { mayTellUse: true }),
    };
  });
  const names = new Set(found.map((each) => `${each.purpose} ${each.kid}`));
  if (names.size !== found.length) throw shape.refuse("two keys of one purpose have the same kid");
  return found;
}

function readLog(shape) {
  const log = shape.object("log").exactly(["origin", "vkey"], ["retired"]);
  const witnesses = shape.object("witnesses").exactly(["required", "vkeys"]);
  const origin = log.text("origin");
  const logKey = readVerifierKey(log, log.text("vkey"), LOG_KEY);
  if (logKey.name !== origin) throw log.refuse("the key has another name than the origin");
  const witnessKeys = witnesses.texts("vkeys").map((text) => readVerifierKey(witnesses, text, WITNESS_KEY));
  const different = new Set(witnessKeys.map((key) => toHex(key.publicKey)));
  if (different.size !== witnessKeys.length) throw witnesses.refuse("two witnesses with one key");
  const witnessesRequired = witnesses.number("required", { most: witnessKeys.length });
  return { origin, logKey, retiredKeys: readRetired(log, logKey), witnessKeys, witnessesRequired };
}

// Keys of the log before this one, each with the size up to which it counts.
function readRetired(log, logKey) {
  if (!log.has("retired")) return [];
  const found = log.objects("retired", { least: 1 }).map((each) => {
    each.exactly(["vkey", "untilSize"]);
    const untilSize = each.number("untilSize", { least: 1 });
    return { key: readVerifierKey(each, each.text("vkey"), LOG_KEY), untilSize };
  });
  const different = new Set([logKey, ...found.map((each) => each.key)].map((key) => toHex(key.publicKey)));
  if (different.size !== found.length + 1) throw log.refuse("a key of the log is named twice");
  if (found.some((each) => each.key.name !== logKey.name)) throw log.refuse("a retired key of another log");
  return found;
}

function readVerifierKey(shape, text, type) {
  const found = parseVerifierKey(text);
  if (found === null || found.type !== type) throw shape.refuse(`${text} is no such verifier key`);
  return found;
}

function readChain(shape) {
  const engine = shape.matching("engine", /^[a-z0-9]+(-[a-z0-9]+)*$/);
  const hasValidators = engine === CONSORTIUM;
  shape.exactly(["engine", "chainId", "contract", ...(hasValidators ? ["network"] : [])]);
  return {
    engine,
    chainId: shape.number("chainId", { least: 1 }),
    contract: shape.matching("contract", /^0x[0-9a-f]{40}$/),
    network: hasValidators ? shape.matching("network", /^[!-~]{1,50}$/) : null,
  };
}

function readSets(shape, chain) {
  const found = shape.objects("validatorSets").map((each) => {
    each.exactly(["height", "validators"]);
    return { height: each.number("height", { least: 1 }), validators: readValidators(each, "validators") };
  });
  if (found.length > 0 !== (chain.network !== null)) throw shape.refuse("sets belong to a network");
  const rising = found.every((each, place) => place === 0 || found[place - 1].height < each.height);
  if (!rising) throw shape.refuse("the sets are not in the order of their heights");
  for (const each of found) checkOrder(each.validators, shape);
  return found;
}

export function readValidators(shape, name) {
  return shape.objects(name, { least: 1, most: MOST_VALIDATORS }).map((each) => {
    each.exactly(["key", "power"]);
    return { key: each.base64("key", { least: 32, most: 32 }), power: each.number("power", { least: 1 }) };
  });
}

// The greater power first, then the smaller address; together below 2^53.
export function checkOrder(validators, shape) {
  const total = validators.reduce((sum, each) => sum + BigInt(each.power), 0n);
  const addresses = validators.map((each) => sha256(each.key).subarray(0, 20));
  const ordered = validators.every((each, place) => {
    if (place === 0) return true;
    const before = validators[place - 1].power;
    const later = compare(addresses[place - 1], addresses[place]) < 0;
    return before > each.power || (before === each.power && later);
  });
  const keys = new Set(validators.map((each) => toHex(each.key)));
  const fits = ordered && keys.size === validators.length && total < 1n << 53n;
  if (!fits) throw shape.refuse("the validators are not in the network's order");
}
