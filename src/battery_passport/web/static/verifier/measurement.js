// What an inspection body measured, read to the letter of docs/reference/measurement-statement.md.
//
// In: the payload of an opened statement. Out: its claims, or the refusal `malformed-bundle`.

import { isMoment } from "./bundle.js";
import { OtherNumber } from "./json.js";
import { Shape } from "./shapes.js";

const REQUIRED = ["format", "event", "organisation", "measured_at", "kind", "result", "items"];
const OPTIONAL = ["capacity_test", "instrument", "certificate", "supersedes", "reason"];
const TEXTS = ["event", "organisation", "kind", "result"];
const FIGURES = ["capacity_ah", "health_percent", "c_rate", "temperature_celsius"];
const GREATEST = 1e12;

export function readMeasurement(payload) {
  const statement = new Shape(payload, "the measurement statement", "malformed-bundle");
  const subject = statement.object("credentialSubject").exactly(["id", "measurement"]);
  const claims = subject.object("measurement").exactly(REQUIRED, OPTIONAL);
  claims.constant("format", "bp-measurement/v1");
  for (const name of TEXTS) claims.text(name);
  if (!isMoment(claims.text("measured_at"))) throw claims.refuse("measured_at is no time in its one writing");
  const items = claims.object("items");
  for (const name of items.members.keys()) {
    const item = items.object(name).exactly(["value", "unit"]);
    figure(item, "value");
    item.text("unit");
  }
  if (claims.has("capacity_test")) readTest(claims.object("capacity_test"));
  if (claims.has("instrument")) readInstrument(claims.object("instrument"));
  if (claims.has("certificate")) claims.text("certificate");
  if (claims.has("supersedes")) claims.hex("supersedes", 32);
  if (claims.has("reason")) {
    claims.text("reason");
    if (!claims.has("supersedes")) throw claims.refuse("it gives a reason and supersedes nothing");
  }
  const measuredNothing = items.members.size === 0 && !claims.has("capacity_test");
  if (measuredNothing && !claims.has("supersedes")) throw claims.refuse("nothing was measured");
  return claims.members;
}

function readTest(test) {
  test.exactly(["method"], FIGURES).text("method");
  for (const name of FIGURES) if (test.has(name)) figure(test, name);
  if (!test.has("capacity_ah") && !test.has("health_percent")) throw test.refuse("no capacity and no health");
}

function readInstrument(instrument) {
  instrument.exactly(["name"], ["serial", "calibrated_on"]);
  for (const name of instrument.members.keys()) instrument.text(name);
}

function figure(shape, name) {
  const test = (found) => {
    const isNumber = typeof found === "number" || found instanceof OtherNumber;
    return isNumber && Math.abs(Number(found.text ?? found)) <= GREATEST;
  };
  return shape.member(name, test, "a number of a measurement");
}
