// The check of a whole bundle, in the order of docs/reference/proof-bundle.md. It asks nobody.
//
// In: the bytes of a bundle and of a trust file. Out: a report; the first thing that does not hold
// is thrown as a Refusal.

import { same, toHex, utf8 } from "./bytes.js";
import { CONSORTIUM_WORDS, isMoment, readBundle } from "./bundle.js";
import { sha256 } from "./crypto.js";
import { openPresentation } from "./disclosures.js";
import { checkEvidence } from "./evidence.js";
import { checkFinality } from "./finality.js";
import { readIssuerKey } from "./keys.js";
import { checkLatest, checkLogged, credentialRecord, stateRecord } from "./log.js";
import { readMeasurement } from "./measurement.js";
import { Refusal } from "./refusal.js";
import { Shape } from "./shapes.js";
import { checkStatus, openStatus } from "./status.js";
import { CONSORTIUM, DEVELOPMENT, readTrust } from "./trust.js";
import { reportOf } from "./report.js";

const PASSPORT = "passport";
const STATEMENT = "health-statement";
const MEASUREMENT = "measurement-statement";
// Every kind of statement, and the purpose that the trust file names a key for it under.
const PURPOSES = new Map([
  [STATEMENT, STATEMENT],
  ["figures-statement", STATEMENT],
  [MEASUREMENT, MEASUREMENT],
]);

export async function verifyBundle(bundleBytes, trustBytes, now = null) {
  const trust = readTrust(trustBytes);
  const bundle = readBundle(bundleBytes);
  const keys = readKeys(bundle, trust);
  const passport = await openCredential(bundle.passport, PASSPORT, keys);
  const statements = [];
  for (const logged of bundle.statements) {
    const kind = PURPOSES.has(logged.record.type) ? logged.record.type : STATEMENT;
    const statement = await openCredential(logged, kind, keys);
    checkSameBattery(bundle.passport, passport, logged, statement);
    statements.push(statement);
  }
  const different = new Set(bundle.statements.map((each) => toHex(each.record.cred)));
  if (different.size !== statements.length) throw new Refusal("record-mismatch", "a statement is there twice");
  const status = bundle.status === null ? null : await openStatus(bundle.status, keys);
  checkAllUsed(keys, [passport, ...statements, ...(status === null ? [] : [status])]);
  checkIssuer(passport, PASSPORT, trust);
  const kinds = bundle.statements.map((logged) => logged.record.type);
  statements.forEach((statement, place) => checkIssuer(statement, PURPOSES.get(kinds[place]), trust));
  const proofs = await checkLogs(bundle, trust);
  const final = await checkAnchor(bundle.anchor, proofs, trust);
  if (bundle.state !== null) checkLatest(bundle.state, bundle.passport.record);
  if (status !== null) checkStatus(status, passport, trust, now);
  const isMissing = (trust.requiresState && bundle.state === null) || (trust.requiresStatus && status === null);
  if (isMissing) throw new Refusal("required-part-missing", "the trust file wants more than is there");
  const measured = statements.filter((_, place) => kinds[place] === MEASUREMENT);
  const measurements = measured.map((each) => readMeasurement(each.payload));
  const batches = checkEvidence(bundle, statements.map((each, place) => [kinds[place], each.payload]));
  return reportOf({ bundle, passport, statements, measurements, status, proof: proofs[0], final, batches, trust });
}

function readKeys(bundle, trust) {
  const keys = new Map();
  for (const shape of bundle.issuerKeys) {
    const key = readIssuerKey(shape, { mayTellUse: false });
    if (keys.has(key.kid)) throw shape.refuse("the kid of another key");
    keys.set(key.kid, key);
  }
  for (const key of keys.values()) {
    if (!trust.keys.some((each) => isSameKey(each, key))) throw new Refusal("not-trusted", `the key ${key.kid}`);
  }
  return keys;
}

const isSameKey = (one, other) => one.kid === other.kid && same(one.coordinates, other.coordinates);

async function openCredential({ credential, record }, kind, keys) {
  const opened = await openPresentation(credential, keys);
  const { header, payload, issuerToken } = opened;
  new Shape(header, "the token", "malformed-bundle").exactly(["alg", "kid", "typ"]).constant("typ", "vc+sd-jwt");
  if (record.type !== kind || !same(sha256(utf8(issuerToken)), record.cred)) {
    throw new Refusal("record-mismatch", "the log record is of something else");
  }
  const shape = new Shape(payload, "the credential", "malformed-bundle");
  const issuer = payload.get("issuer") instanceof Map ? shape.object("issuer").text("id") : shape.text("issuer");
  const subject = shape.object("credentialSubject").text("id");
  const validFrom = shape.text("validFrom");
  if (!isMoment(validFrom)) throw shape.refuse("validFrom is no time in its one writing");
  return { ...opened, issuer, subject, validFrom };
}

function checkSameBattery(logged, passport, otherLogged, statement) {
  if (statement.subject !== passport.subject || !same(otherLogged.record.key, logged.record.key)) {
    throw new Refusal("record-mismatch", "a statement is about another battery");
  }
}

function checkAllUsed(keys, signed) {
  const used = new Set(signed.map((each) => each.key.kid));
  if (used.size !== keys.size) throw new Refusal("malformed-bundle", "an issuer key signed nothing here");
}

function checkIssuer(credential, purpose, trust) {
  const trusted = trust.keys.find((each) => each.purpose === purpose && each.kid === credential.key.kid);
  const speaks = trusted !== undefined && isSameKey(trusted, credential.key) && trusted.did === credential.issuer;
  if (!speaks) throw new Refusal("not-trusted", `the key ${credential.key.kid} for ${credential.issuer}`);
}

async function checkLogs({ passport, statements, state }, trust) {
  const parts = [passport, ...statements].map((each) => [each, credentialRecord(each.record)]);
  if (state !== null) parts.push([state, stateRecord(state.record)]);
  const proofs = [];
  for (const [{ tlogProof, salt }, record] of parts) proofs.push(await checkLogged(tlogProof, salt, record, trust));
  return proofs;
}

async function checkAnchor({ ledger, checkpoint, finality }, proofs, trust) {
  const engine = ledger === CONSORTIUM_WORDS ? CONSORTIUM : DEVELOPMENT;
  if (engine !== trust.chain.engine) throw new Refusal("not-trusted", `the anchor is on a ${ledger}`);
  if (proofs.some((proof) => proof.note !== checkpoint)) {
    throw new Refusal("anchor-mismatch", "the anchor is of another checkpoint");
  }
  if (finality === null) return null;
  const final = await checkFinality(finality, trust.chain, trust.validatorSets);
  const { origin, size, root } = proofs[0].checkpoint;
  if (toHex(final.originHash) !== toHex(sha256(utf8(origin)))) {
    throw new Refusal("finality-other-origin", "an anchor of another log");
  }
  if (final.size !== size || !same(final.root, root)) {
    throw new Refusal("finality-other-checkpoint", "an anchor of another size or root");
  }
  return final;
}
