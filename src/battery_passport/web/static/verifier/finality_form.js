// The form of a finality proof (docs/reference/finality-proof.md).
//
// In: the member `finality` of an anchor. Out: its parts, sized and canonical.

import { fromBase64 } from "./bytes.js";
import { readValidators } from "./trust.js";

const MOST_BLOCKS = 18;
const MOST_STEPS = 24;
const MOST_BYTES = 65536;
const MOST_VALIDATORS = 128;
const HEADER_FIELDS = 14;
const MOST_FIELD_BYTES = 128;
const HASH = { least: 32, most: 32 };

export function readFinality(shape) {
  shape.exactly(["blocks", "transaction", "result", "path"]);
  return {
    blocks: shape.objects("blocks", { least: 2, most: MOST_BLOCKS }).map(readBlock),
    transaction: shape.base64("transaction", { most: MOST_BYTES }),
    result: shape.base64("result", { most: MOST_BYTES }),
    path: shape.objects("path", { most: MOST_STEPS }).map((step) => {
      step.exactly(["neighbour", "transaction", "result"]);
      return {
        isLeft: step.oneOf("neighbour", ["left", "right"]) === "left",
        transaction: step.base64("transaction", HASH),
        result: step.base64("result", HASH),
      };
    }),
  };
}

function readBlock(shape) {
  shape.exactly(["header", "commit", "nextValidators"]);
  const fields = { least: HEADER_FIELDS, most: HEADER_FIELDS };
  const header = shape.texts("header", fields).map((text) => shape.decoded("header", text, fromBase64));
  if (header.some((field) => field.length > MOST_FIELD_BYTES)) throw shape.refuse("a field is too long");
  const nextValidators = shape.isNull("nextValidators") ? null : readValidators(shape, "nextValidators");
  return { header, commit: readCommit(shape.object("commit")), nextValidators };
}

function readCommit(shape) {
  shape.exactly(["height", "round", "blockHash", "partsTotal", "partsHash", "votes"]);
  const votes = shape.objects("votes", { least: 1, most: MOST_VALIDATORS }).map((vote) => {
    vote.exactly(["validator", "seconds", "nanoseconds", "signature"]);
    return {
      validator: vote.number("validator", { most: MOST_VALIDATORS - 1 }),
      seconds: vote.number("seconds"),
      nanoseconds: vote.number("nanoseconds", { most: 999999999 }),
      signature: vote.base64("signature", { least: 64, most: 64 }),
    };
  });
  const rising = votes.every((vote, place) => place === 0 || votes[place - 1].validator < vote.validator);
  if (!rising) throw shape.refuse("the votes are not in the order of the set");
  return {
    height: shape.number("height", { least: 1 }),
    round: shape.number("round", { most: 2 ** 31 - 1 }),
    blockHash: shape.base64("blockHash", HASH),
    partsTotal: shape.number("partsTotal", { least: 1, most: 2 ** 32 - 1 }),
    partsHash: shape.base64("partsHash", HASH),
    votes,
  };
}
