// EIP-712: the 32 bytes that are signed, computed on this device from the message that is shown.
// In: typed data as wallets take it. Out: the digest.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export function digestOf({ types, primaryType, domain, message }) {
  const separator = structHash(types, "EIP712Domain", domain);
  return keccak_256(
    concatBytes(Uint8Array.of(0x19, 0x01), separator, structHash(types, primaryType, message)),
  );
}

function structHash(types, name, value) {
  const members = types[name];
  const spelled = `${name}(${members.map(({ type, name: member }) => `${type} ${member}`).join(",")})`;
  const encoded = members.map(({ type, name: member }) => word(type, value[member]));
  return keccak_256(concatBytes(keccak_256(utf8ToBytes(spelled)), ...encoded));
}

function word(type, value) {
  if (type === "string") return keccak_256(utf8ToBytes(value));
  if (type === "bytes32") return exactly(32, hexToBytes(bare(value)));
  if (type === "address") return padded(exactly(20, hexToBytes(bare(value))));
  if (type === "bool") return padded(Uint8Array.of(value ? 1 : 0));
  if (/^uint\d+$/.test(type)) return number(BigInt(value), Number(type.slice(4)));
  throw new Error(`unknown type ${type}`);
}

const bare = (text) => text.replace(/^0x/, "");

function exactly(length, bytes) {
  if (bytes.length !== length) throw new Error(`${bytes.length} bytes, expected ${length}`);
  return bytes;
}

function padded(bytes) {
  const whole = new Uint8Array(32);
  whole.set(bytes, 32 - bytes.length);
  return whole;
}

function number(value, bits) {
  if (value < 0n || value >= 1n << BigInt(bits)) throw new Error("number out of range");
  return hexToBytes(value.toString(16).padStart(64, "0"));
}
