// Signed notes, verifier keys, checkpoints and log proofs of C2SP, each in its one writing.
//
// In: texts. Out: their parts, or null for a text that is not to the letter.
// Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof.

import { fromBase64, fromHex, joined, same, toBigInt, utf8 } from "./bytes.js";
import { holdsEd25519, sha256 } from "./crypto.js";

export const LOG_KEY = 1;
export const WITNESS_KEY = 4;

const MOST_NOTE_BYTES = 65536;
const MOST_PROOF_BYTES = 2 * MOST_NOTE_BYTES;
const MOST_SIGNATURES = 64;
const MOST_STEPS = 63;
const GREATEST = (1n << 63n) - 1n;
const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const NO_NAME = /[\p{White_Space}+\u0000-\u001f\u007f]/u;

const isName = (text) => text !== "" && !NO_NAME.test(text);

// `<name>+<key id>+<type and key>`.
export function parseVerifierKey(text) {
  const [name, identity, ...rest] = text.split("+");
  const material = fromBase64(rest.join("+"));
  if (!isName(name) || rest.length === 0 || material === null || material.length !== 33) return null;
  const [type, publicKey] = [material[0], material.subarray(1)];
  const id = sha256(joined(utf8(`${name}\n`), material)).subarray(0, 4);
  const given = fromHex(identity, 4);
  const fits = given !== null && same(given, id) && (type === LOG_KEY || type === WITNESS_KEY);
  return fits ? { name, type, publicKey, id } : null;
}

function parseNote(note) {
  if (utf8(note).length > MOST_NOTE_BYTES) return null;
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0) return null;
  const text = note.slice(0, blank + 1);
  const lines = note.slice(blank + 2).split("\n");
  if (text === "\n" || CONTROL.test(text) || lines.pop() !== "") return null;
  if (lines.length === 0 || lines.length > MOST_SIGNATURES) return null;
  const signatures = lines.map(parseSignatureLine);
  if (signatures.includes(null)) return null;
  const names = new Set(signatures.map((each) => `${each.name} ${each.id}`));
  return names.size === signatures.length ? { text, signatures } : null;
}

function parseSignatureLine(line) {
  const found = /^\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  if (found === null || !isName(found[1])) return null;
  const bytes = fromBase64(found[2]);
  if (bytes === null || bytes.length < 5) return null;
  return { name: found[1], id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function parseNumber(text) {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return null;
  const found = BigInt(text);
  return found <= GREATEST ? found : null;
}

function parseHash(text) {
  const found = fromBase64(text);
  return found !== null && found.length === 32 ? found : null;
}

// Origin, size and root; further lines are allowed and covered, empty ones are not.
function parseCheckpoint(text) {
  const lines = text.split("\n").slice(0, -1);
  if (lines.length < 3 || lines.includes("")) return null;
  const [origin, size, root] = [lines[0], parseNumber(lines[1]), parseHash(lines[2])];
  return size === null || size === 0n || root === null ? null : { origin, size, root };
}

export function parseLogProof(proof) {
  if (utf8(proof).length > MOST_PROOF_BYTES) return null;
  const blank = proof.indexOf("\n\n");
  if (blank < 0) return null;
  const head = proof.slice(0, blank);
  if (!/^[\u0000-\u007f]*$/.test(head)) return null;
  const lines = head.split("\n");
  if (lines.shift() !== FIRST_LINE) return null;
  const hasExtra = lines[0]?.startsWith("extra ") ?? false;
  if (hasExtra && fromBase64(lines.shift().slice(6)) === null) return null;
  const named = lines.shift() ?? "";
  const index = named.startsWith("index ") ? parseNumber(named.slice(6)) : null;
  const path = lines.map(parseHash);
  if (index === null || path.length > MOST_STEPS || path.includes(null)) return null;
  const note = proof.slice(blank + 2);
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  return checkpoint && { index, path, hasExtra, note, checkpoint, ...parsed };
}

// Whether a key signed the note: true, false for a signature that does not hold, null for none.
export async function isSignedBy(note, key) {
  const found = note.signatures.find((each) => each.name === key.name && same(each.id, key.id));
  if (found === undefined) return null;
  if (key.type === LOG_KEY) return holdsEd25519(key.publicKey, found.signature, utf8(note.text));
  const seconds = toBigInt(found.signature.subarray(0, 8));
  if (found.signature.length !== 72 || seconds > GREATEST) return false;
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${note.text}`);
  return holdsEd25519(key.publicKey, found.signature.subarray(8), message);
}

export const isKnown = (signature, keys) =>
  keys.some((key) => key.name === signature.name && same(key.id, signature.id));

