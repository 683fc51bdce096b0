// The evidence of a bundle: exactly the batches and device keys that its statements name.
//
// In: the bundle's parts and opened statements. Out: how many batches there are, or a refusal.

import { fromHex, toHex } from "./bytes.js";
import { sha256 } from "./crypto.js";
import { deviceThumbprint } from "./keys.js";
import { Refusal } from "./refusal.js";
import { Shape } from "./shapes.js";

const refuse = (detail) => new Refusal("evidence-mismatch", detail);

export function checkEvidence({ batches, deviceKeys }, statements) {
  const named = statements.filter(([kind]) => kind in CLAIMS).map(readNamed);
  if (batches === null && deviceKeys === null) return 0;
  if (batches === null || deviceKeys === null || named.length === 0) throw refuse("parts without the others");
  checkBatches(batches, new Set(named.flatMap((each) => each.batches)));
  checkDevices(deviceKeys, named.flatMap((each) => each.devices));
  return batches.length;
}

// The member that holds the claims of each kind of statement.
const CLAIMS = { "health-statement": "health", "figures-statement": "figures" };

function readNamed([kind, payload]) {
  const statement = new Shape(payload, `the ${kind}`, "malformed-bundle");
  const subject = statement.object("credentialSubject").exactly(["id", CLAIMS[kind], "evidence"]);
  const evidence = subject.object("evidence").exactly(["batches", "devices"]);
  const batches = evidence.texts("batches", { least: 1 });
  const rising = batches.every((each, place) => place === 0 || batches[place - 1] < each);
  if (!rising || batches.some((each) => fromHex(each, 32) === null)) {
    throw evidence.refuse("batches are no rising list of digests");
  }
  const devices = evidence.objects("devices").map((each) => {
    each.exactly(["device", "thumbprint"]);
    return [each.text("device"), each.text("thumbprint")];
  });
  if (new Set(devices.map(String)).size !== devices.length) throw evidence.refuse("a device twice with one key");
  return { batches, devices };
}

function checkBatches(batches, expected) {
  const digests = batches.map((batch) => toHex(sha256(batch)));
  const different = new Set(digests);
  const exact = different.size === batches.length && different.size === expected.size;
  if (!exact || !digests.every((each) => expected.has(each))) throw refuse("other batches than those named");
}

// A device that renewed its key is there with each of its keys.
function checkDevices(keys, named) {
  const found = new Set(keys.map(([device, key]) => String([device, deviceThumbprint(key)])));
  const expected = new Set(named.map(String));
  for (const each of expected) if (!found.has(each)) throw refuse(`another key of ${each}`);
  for (const each of found) if (!expected.has(each)) throw refuse(`nothing names ${each}`);
}
