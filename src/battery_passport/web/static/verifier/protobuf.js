// Protocol buffers, as much as blocks need: reading with one spelling only, and a few fields written.
//
// In: bytes. Out: fields by number, in order. Source: protobuf.dev encoding specification.

import { joined } from "./bytes.js";

export class BadMessage extends Error {}

const EMPTY = new Uint8Array();
const FIXED = { 1: 8, 5: 4 };

export class Message {
  constructor(bytes) {
    this.fields = new Map();
    let place = 0;
    const varint = () => {
      let [value, shift, start] = [0n, 0n, place];
      for (;;) {
        const byte = bytes[place];
        if (byte === undefined || place - start === 10) throw new BadMessage("a number without end");
        place += 1;
        value |= BigInt(byte & 127) << shift;
        shift += 7n;
        if (byte > 127) continue;
        const isLong = byte === 0 && place - start > 1;
        if (isLong || value >= 1n << 64n) throw new BadMessage("a number in another form");
        return value;
      }
    };
    while (place < bytes.length) {
      const tag = varint();
      const [field, kind] = [Number(tag >> 3n), Number(tag & 7n)];
      if (field < 1 || !(kind in FIXED || kind === 0 || kind === 2)) throw new BadMessage("a field");
      const value = kind === 0 ? varint() : blob(kind === 2 ? Number(varint()) : FIXED[kind]);
      this.fields.set(field, [...(this.fields.get(field) ?? []), value]);
    }
    function blob(length) {
      const end = place + length;
      if (end > bytes.length) throw new BadMessage("a field beyond the end");
      const found = bytes.subarray(place, end);
      place = end;
      return found;
    }
  }

  number(field) {
    const found = this.#only(field, 0n);
    if (typeof found !== "bigint") throw new BadMessage("no number");
    return found;
  }

  blob(field) {
    const found = this.#only(field, EMPTY);
    if (typeof found === "bigint") throw new BadMessage("no bytes");
    return found;
  }

  blobs(field) {
    const found = this.fields.get(field) ?? [];
    if (found.some((each) => typeof each === "bigint")) throw new BadMessage("no bytes");
    return found;
  }

  text(field) {
    const found = this.blob(field);
    if (found.some((byte) => byte > 127)) throw new BadMessage("no ASCII");
    return String.fromCharCode(...found);
  }

  message(field) {
    return new Message(this.blob(field));
  }

  #only(field, missing) {
    const found = this.fields.get(field) ?? [missing];
    if (found.length !== 1) throw new BadMessage(`field ${field} is there ${found.length} times`);
    return found[0];
  }
}

export function varint(number) {
  const found = [];
  let rest = BigInt(number);
  for (; rest > 127n; rest >>= 7n) found.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...found, Number(rest)]);
}

// Numbers of 0 are not written: they are what a field says that is not there.
export const numberField = (field, number) =>
  BigInt(number) === 0n ? EMPTY : joined(varint(field * 8), varint(number));

export const bytesField = (field, bytes) => joined(varint(field * 8 + 2), varint(bytes.length), bytes);

export function fixedField(field, number) {
  if (BigInt(number) === 0n) return EMPTY;
  const value = new DataView(new ArrayBuffer(8));
  value.setBigInt64(0, BigInt(number), true);
  return joined(varint(field * 8 + 1), new Uint8Array(value.buffer));
}
