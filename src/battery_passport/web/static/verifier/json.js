// JSON in exactly one reading: RFC 8259, without duplicate names, NaN or deep nesting.
//
// In: bytes or text. Out: objects as Map, lists, texts, booleans, null; whole numbers that every
// reader agrees on as Number, any other number as OtherNumber. Everything else throws MalformedJson.

export class MalformedJson extends Error {}

const DEEPEST = 64;
const MOST_DIGITS = 4300;
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

// A number that is no whole number below 2^53: kept as it was written.
export class OtherNumber {
  constructor(text) {
    this.text = text;
  }
}

export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedJson("not UTF-8");
  }
}

export function parseJson(source) {
  const reader = new Reader(typeof source === "string" ? source : textOf(source));
  const value = reader.value(0);
  reader.blanks();
  if (reader.place !== reader.text.length) throw new MalformedJson("more after the value");
  return value;
}

export function parseObject(source) {
  const value = parseJson(source);
  if (!(value instanceof Map)) throw new MalformedJson("no object");
  return value;
}

// A value as plain JavaScript, for showing it and for comparing.
export function plain(value) {
  if (value instanceof Map) {
    const found = Object.create(null);
    for (const [name, member] of value) found[name] = plain(member);
    return found;
  }
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof OtherNumber ? Number(value.text) : value;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  blanks() {
    while (" \t\n\r".includes(this.text[this.place] ?? "x")) this.place += 1;
  }

  // Take the mark if it comes next.
  takes(mark) {
    this.blanks();
    if (this.text[this.place] !== mark) return false;
    this.place += 1;
    return true;
  }

  expect(mark) {
    if (!this.takes(mark)) throw new MalformedJson(`no ${mark} at ${this.place}`);
  }

  value(depth) {
    this.blanks();
    const mark = this.text[this.place];
    if (mark === "{" || mark === "[") {
      if (depth === DEEPEST) throw new MalformedJson("nested too deeply");
      this.place += 1;
      return mark === "{" ? this.object(depth + 1) : this.list(depth + 1);
    }
    if (mark === '"') return this.string();
    if (mark in WORDS) return this.word(...WORDS[mark]);
    return this.number();
  }

  object(depth) {
    const found = new Map();
    if (this.takes("}")) return found;
    do {
      this.blanks();
      const name = this.string();
      if (found.has(name)) throw new MalformedJson(`"${name}" is there twice`);
      this.expect(":");
      found.set(name, this.value(depth));
    } while (this.takes(","));
    this.expect("}");
    return found;
  }

  list(depth) {
    const found = [];
    if (this.takes("]")) return found;
    do found.push(this.value(depth));
    while (this.takes(","));
    this.expect("]");
    return found;
  }

  word(letters, meaning) {
    if (!this.text.startsWith(letters, this.place)) throw new MalformedJson("no value");
    this.place += letters.length;
    return meaning;
  }

  number() {
    NUMBER.lastIndex = this.place;
    const found = NUMBER.exec(this.text);
    if (found === null) throw new MalformedJson(`no value at ${this.place}`);
    this.place = NUMBER.lastIndex;
    const [text, fraction, exponent] = found;
    if (fraction !== undefined || exponent !== undefined) return new OtherNumber(text);
    if (text.replace("-", "").length > MOST_DIGITS) throw new MalformedJson("a number too long");
    const number = Number(text);
    return Number.isSafeInteger(number) ? number + 0 : new OtherNumber(text);
  }

  string() {
    this.expect('"');
    let found = "";
    for (;;) {
      PLAIN.lastIndex = this.place;
      const run = PLAIN.exec(this.text);
      if (run !== null) {
        found += run[0];
        this.place = PLAIN.lastIndex;
      }
      const mark = this.text[this.place];
      this.place += 1;
      if (mark === '"') return found;
      if (mark !== "\\") throw new MalformedJson("a text has no end, or a control character");
      found += this.escape();
    }
  }

  escape() {
    const mark = this.text[this.place] ?? "";
    this.place += 1;
    if (Object.hasOwn(ESCAPES, mark)) return ESCAPES[mark];
    const digits = this.text.slice(this.place, this.place + 4);
    if (mark !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw new MalformedJson("an escape");
    this.place += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
}
