// Runs the browser's verifier on many bundles under node, so that tests can compare it.
//
// In: lines of JSON on stdin: {"base": name, "octets": base64} names a file; {"bundle": name, "trust":
// name, "now": time or null, "edit": [start, length, base64] or null} asks about a bundle, changed
// there; {"finality": JSON text, "trust": name} asks about a finality proof alone; {"primitive": name, "values"} one vector; {"times": n, "bundle", "trust"} asks how long that takes. Out: a line for each that asks: a report, or {"code": reason}. With `--noble` no signature
// is checked by WebCrypto.

import { createInterface } from "node:readline";
import { checkFinality } from "../../src/battery_passport/web/static/verifier/finality.js";
import { readFinality } from "../../src/battery_passport/web/static/verifier/finality_form.js";
import { parseJson } from "../../src/battery_passport/web/static/verifier/json.js";
import { Shape } from "../../src/battery_passport/web/static/verifier/shapes.js";
import {
  holdsEd25519,
  holdsEs256,
  isPoint,
  useEngine,
} from "../../src/battery_passport/web/static/verifier/crypto.js";
import { rootOfPath } from "../../src/battery_passport/web/static/verifier/merkle.js";
import { Refusal } from "../../src/battery_passport/web/static/verifier/refusal.js";
import { readTrust } from "../../src/battery_passport/web/static/verifier/trust.js";
import { verifyBundle } from "../../src/battery_passport/web/static/verifier/verify.js";

if (process.argv.includes("--noble")) useEngine(null);

const files = new Map();
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

function edited(octets, edit) {
  if (edit === null) return octets;
  const [start, length, inserted] = edit;
  return new Uint8Array(Buffer.concat([octets.slice(0, start), bytes(inserted), octets.slice(start + length)]));
}

async function answer({ bundle, trust, now, edit }) {
  try {
    const moment = now === null ? null : new Date(now);
    return await verifyBundle(edited(files.get(bundle), edit), files.get(trust), moment);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code };
    return { crash: String(error.stack) };
  }
}

async function finalityAnswer({ finality, trust }) {
  try {
    const { chain, validatorSets } = readTrust(files.get(trust));
    const form = readFinality(new Shape(parseJson(finality), "the proof", "malformed-finality-proof"));
    const found = await checkFinality(form, chain, validatorSets);
    const { height, signed, power, size } = found;
    const [originHash, root] = [found.originHash, found.root].map((each) => Buffer.from(each).toString("hex"));
    return { height: Number(height), signed, power, size: Number(size), originHash, root, at: found.at.toISOString() };
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code };
    return { crash: String(error.stack) };
  }
}

const hex = (text) => new Uint8Array(Buffer.from(text, "hex"));

// One primitive on one vector: whether it says yes.
async function primitive({ primitive: name, values }) {
  if (name === "inclusion") {
    const [leaf, root, ...path] = [values.leaf, values.root, ...values.path].map(bytes);
    const sized = [leaf, root, ...path].every((each) => each.length === 32);
    const found = rootOfPath(leaf, BigInt(values.index), BigInt(values.size), path);
    return sized && found !== null && Buffer.from(found).equals(Buffer.from(root));
  }
  const [key, signature, message] = [values.key, values.signature, values.message].map(hex);
  if (name === "ed25519") return holdsEd25519(key, signature, message);
  return isPoint(key) && holdsEs256(key, signature, message);
}

function answerTo(asked) {
  if ("primitive" in asked) return primitive(asked);
  if ("times" in asked) return timed(asked);
  return "finality" in asked ? finalityAnswer(asked) : answer(asked);
}

// The median of so many checks, in milliseconds, after as many that do not count.
async function timed({ bundle, trust, times }) {
  const found = [];
  for (let round = 0; round < 2 * times; round += 1) {
    const begun = performance.now();
    await verifyBundle(files.get(bundle), files.get(trust));
    found.push(performance.now() - begun);
  }
  return { ms: found.slice(times).sort((one, other) => one - other)[Math.floor(times / 2)] };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if ("base" in asked) files.set(asked.base, bytes(asked.octets));
  else process.stdout.write(`${JSON.stringify(await answerTo(asked))}\n`);
}
