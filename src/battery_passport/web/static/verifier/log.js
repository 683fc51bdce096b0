// That records are in the trusted log, and a version is the latest of the state tree in it.
//
// In: logged parts and trust anchors. Out: the proof that held, or a refusal.

import { bigEndian, compare, joined, same, toHex, utf8 } from "./bytes.js";
import { sha256 } from "./crypto.js";
import { leafHash, rootOfPath, splitPoint } from "./merkle.js";
import { isKnown, isSignedBy, parseLogProof } from "./note.js";
import { Refusal } from "./refusal.js";

const ENTRY = Uint8Array.of(1);
const SEPARATOR_BYTES = 16;

// RFC 8785 of the two kinds of record; no text in them needs an escape.
export const credentialRecord = ({ cred, key, seq, type }) =>
  utf8(`{"cred":"${toHex(cred)}","key":"${toHex(key)}","seq":${seq},"type":"${type}","v":1}`);
export const stateRecord = ({ asOf, epoch, root, size }) =>
  utf8(`{"asOf":"${asOf}","epoch":${epoch},"root":"${toHex(root)}","size":${size},"type":"state","v":1}`);

export async function checkLogged(tlogProof, salt, record, trust) {
  const proof = parseLogProof(tlogProof);
  if (proof === null) throw new Refusal("malformed-bundle", "a log proof is not to the letter");
  const { checkpoint, signatures } = proof;
  if (checkpoint.origin !== trust.origin) throw new Refusal("wrong-origin", `a log of ${checkpoint.origin}`);
  const logKey = keyInUse(proof, trust);
  const ofLog = logKey !== null && (await isSignedBy(proof, logKey));
  const ofWitnesses = await Promise.all(trust.witnessKeys.map((key) => isSignedBy(proof, key)));
  if (ofLog !== true || ofWitnesses.includes(false)) {
    throw new Refusal("note-not-signed", "the checkpoint is not signed as it should be");
  }
  const witnesses = trust.witnessKeys.filter((_, place) => ofWitnesses[place]).map((key) => key.name);
  if (witnesses.length < trust.witnessesRequired) throw new Refusal("too-few-witnesses", `${witnesses.length}`);
  const known = [logKey, ...trust.witnessKeys];
  if (proof.hasExtra || !signatures.every((each) => isKnown(each, known))) {
    throw new Refusal("unsigned-parts", "something that no trusted signature covers");
  }
  const entry = joined(ENTRY, sha256(joined(salt, sha256(record))));
  const root = rootOfPath(leafHash(entry), proof.index, checkpoint.size, proof.path);
  if (root === null || !same(root, checkpoint.root)) throw new Refusal("not-included", "another root");
  return { ...proof, witnesses };
}

// The log's key of today, or one that signed before it and the log was no larger than it may be.
function keyInUse({ checkpoint, signatures }, { logKey, retiredKeys }) {
  const signed = (key) => signatures.some((each) => isKnown(each, [key]));
  const retired = retiredKeys.find(({ key }) => signed(key));
  if (retired === undefined || signed(logKey)) return logKey;
  return checkpoint.size > retired.untilSize ? null : retired.key;
}

// The version is its battery's latest as of the epoch, and no other version can be shown to be.
export function checkLatest(state, { key, seq, cred }) {
  const sides = sidesOf(state.index, state.record.size);
  let root = sha256(joined(Uint8Array.of(0), key, bigEndian(seq, 8), cred));
  const leads = sides !== null && sides.length === state.path.length;
  const belongs = leads && state.path.every((step, place) => {
    const [separator, other] = [step.subarray(0, SEPARATOR_BYTES), step.subarray(SEPARATOR_BYTES)];
    const isRight = compare(key, separator) >= 0;
    root = sha256(joined(Uint8Array.of(1), separator, ...(isRight ? [other, root] : [root, other])));
    return isRight === sides[place];
  });
  if (!belongs || !same(root, state.record.root)) {
    throw new Refusal("not-in-state", "the state does not hold this version as the latest");
  }
}

// From the leaf up: whether the leaf lies on the right side of each node above it.
function sidesOf(index, size) {
  if (index >= size) return null;
  const found = [];
  let [place, width] = [index, size];
  while (width > 1) {
    const middle = splitPoint(width);
    found.unshift(place >= middle);
    [place, width] = place >= middle ? [place - middle, width - middle] : [place, middle];
  }
  return found;
}
