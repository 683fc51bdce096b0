// Strict reading of JSON objects: exactly the named members, each of its one kind.
//
// In: a parsed value and the code that a wrong one is refused by. Out: checked values.

import { fromBase64, fromBase64url, fromHex } from "./bytes.js";
import { Refusal } from "./refusal.js";

export class Shape {
  constructor(members, where, code) {
    if (!(members instanceof Map)) throw new Refusal(code, `${where} is no object`);
    this.members = members;
    this.where = where;
    this.code = code;
  }

  refuse(detail) {
    return new Refusal(this.code, `In ${this.where}: ${detail}`);
  }

  exactly(required, optional = []) {
    for (const name of required) if (!this.has(name)) throw this.refuse(`"${name}" is missing`);
    const known = new Set([...required, ...optional]);
    for (const name of this.members.keys()) {
      if (!known.has(name)) throw this.refuse(`"${name}" is unknown`);
    }
    return this;
  }

  has(name) {
    return this.members.has(name);
  }

  isNull(name) {
    return this.members.get(name) === null;
  }

  // Return the member if it passes the test.
  member(name, test, kind) {
    const found = this.members.get(name);
    if (found === undefined || !test(found)) throw this.refuse(`"${name}" is not ${kind}`);
    return found;
  }

  constant(name, expected) {
    return this.member(name, (found) => found === expected, JSON.stringify(expected));
  }

  text(name) {
    return this.member(name, isText, "a text");
  }

  oneOf(name, words) {
    return this.member(name, (found) => words.includes(found), words.join(" or "));
  }

  matching(name, pattern) {
    return this.member(name, (found) => isText(found) && pattern.test(found), String(pattern));
  }

  flag(name) {
    return this.member(name, (found) => typeof found === "boolean", "true or false");
  }

  number(name, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}) {
    const test = (found) => typeof found === "number" && found >= least && found <= most;
    return this.member(name, test, `a whole number from ${least}`);
  }

  hex(name, length) {
    return this.decoded(name, this.text(name), (text) => fromHex(text, length));
  }

  base64(name, { least = 0, most = Infinity } = {}) {
    return this.#sized(name, this.decoded(name, this.text(name), fromBase64), least, most);
  }

  base64url(name, length) {
    return this.#sized(name, this.decoded(name, this.text(name), fromBase64url), length, length);
  }

  list(name, { least = 0, most = Infinity } = {}) {
    const found = this.member(name, Array.isArray, "a list");
    if (found.length < least || found.length > most) throw this.refuse(`"${name}" is too short or long`);
    return found;
  }

  texts(name, bounds) {
    const found = this.list(name, bounds);
    if (!found.every(isText)) throw this.refuse(`"${name}" holds something that is no text`);
    return found;
  }

  object(name) {
    return new Shape(this.member(name, () => true, "there"), `${this.where}.${name}`, this.code);
  }

  objects(name, bounds) {
    return this.list(name, bounds).map(
      (each, place) => new Shape(each, `${this.where}.${name}[${place}]`, this.code),
    );
  }

  // Return what a text stands for, by a function that gives null for a text that is not canonical.
  decoded(name, text, decode) {
    const found = decode(text);
    if (found === null) throw this.refuse(`"${name}" is not in its one writing`);
    return found;
  }

  #sized(name, bytes, least, most) {
    if (bytes.length < least || bytes.length > most) throw this.refuse(`"${name}" has ${bytes.length} bytes`);
    return bytes;
  }
}

// A text without half a character in it.
const isText = (value) => typeof value === "string" && !/\p{Surrogate}/u.test(value);
