// Finality on a consortium network: what more than two thirds of its validators agreed on.
//
// In: a finality proof and trust anchors. Out: the anchor they agreed on, or a refusal of its own.
// Source: CometBFT 0.38 (header, validator set, canonical vote), docs/reference/finality-proof.md.

import { joined, same, toHex, utf8 } from "./bytes.js";
import { holdsEd25519 } from "./crypto.js";
import { readAnchoring } from "./finality_event.js";
import { leafHash, nodeHash, rootOfLeaves } from "./merkle.js";
import { sha256 } from "./crypto.js";
import { BadMessage, bytesField, fixedField, Message, numberField, varint } from "./protobuf.js";
import { Refusal } from "./refusal.js";

const PRECOMMIT = 2;
const LAST_SECOND = 253402300799n;
const refuse = (reason, detail) => new Refusal(`finality-${reason}`, detail);

export async function checkFinality(proof, chain, validatorSets) {
  const sealed = await sealedBlocks(proof.blocks, chain.network, validatorSets);
  const [block, next] = sealed.slice(-2);
  checkJoined(block, next);
  const rootOver = (leaf, kind) =>
    proof.path.reduce((root, step) => (step.isLeft ? nodeHash(step[kind], root) : nodeHash(root, step[kind])), leaf);
  if (!same(rootOver(leafHash(sha256(proof.transaction)), "transaction"), block.header.dataHash)) {
    throw refuse("transaction-not-in-block", "the transaction is not under the data hash");
  }
  if (!same(rootOver(leafHash(proof.result), "result"), next.header.lastResultsHash)) {
    throw refuse("result-not-in-block", "the result is not under the results hash");
  }
  return {
    ...readAnchoring(proof, chain.contract),
    height: block.header.height,
    at: block.header.at,
    signed: block.signed,
    power: block.power,
  };
}

async function sealedBlocks(blocks, network, validatorSets) {
  const found = [];
  let known = validatorSets;
  for (const [place, block] of blocks.entries()) {
    const isLast = place === blocks.length - 1;
    const header = openHeader(block, network);
    if (place > 0 && header.height <= found[place - 1].header.height) {
      throw refuse("blocks-not-joined", "the blocks are not in order");
    }
    const deciding = known.filter((each) => BigInt(each.height) <= header.height);
    if (deciding.length === 0) throw refuse("foreign-validator-set", `none is known at ${header.height}`);
    const set = deciding.reduce((newest, each) => (each.height >= newest.height ? each : newest));
    const powers = await signedPower(block.commit, header, set.validators);
    found.push({ header, commit: block.commit, ...powers });
    const following = followingSet(block, header, isLast);
    if (following === null && place < blocks.length - 2) throw refuse("unneeded-change", "nothing changes");
    // A set of the trust file is believed before one of the proof that begins at the same height.
    if (following !== null) known = [following, ...validatorSets];
  }
  return found;
}

function openHeader({ header, commit }, network) {
  if (!same(rootOfLeaves(header.map(leafHash)), commit.blockHash)) {
    throw refuse("header-tampered", "the header is not the one voted for");
  }
  const found = readHeader(header);
  if (found.network !== network) throw refuse("other-network", found.network);
  if (BigInt(commit.height) !== found.height) throw refuse("vote-of-another-height", `${commit.height}`);
  return found;
}

function readHeader(fields) {
  try {
    const messages = fields.map((field) => new Message(field));
    const seconds = messages[3].number(1);
    if (seconds > LAST_SECOND) throw new BadMessage("a time beyond the year 9999");
    const parts = messages[4].message(2);
    return {
      network: messages[1].text(1),
      height: messages[2].number(1),
      at: new Date(Number(seconds) * 1000 + Number(messages[3].number(2) / 1000000n)),
      parent: { hash: messages[4].blob(1), total: parts.number(1), parts: parts.blob(2) },
      dataHash: messages[6].blob(1),
      validatorsHash: messages[7].blob(1),
      nextValidatorsHash: messages[8].blob(1),
      lastResultsHash: messages[11].blob(1),
    };
  } catch (error) {
    if (error instanceof BadMessage) throw refuse("header-tampered", error.message);
    throw error;
  }
}

const setHash = (validators) =>
  rootOfLeaves(
    validators.map(({ key, power }) =>
      leafHash(joined(bytesField(1, bytesField(1, key)), numberField(2, power))),
    ),
  );

async function signedPower(commit, header, validators) {
  if (!same(setHash(validators), header.validatorsHash)) {
    throw refuse("foreign-validator-set", toHex(header.validatorsHash));
  }
  let signed = 0;
  for (const vote of commit.votes) {
    const validator = validators[vote.validator];
    const holds =
      validator !== undefined &&
      (await holdsEd25519(validator.key, vote.signature, votedBytes(commit, vote, header.network)));
    if (!holds) throw refuse("vote-not-valid", `validator ${vote.validator}`);
    signed += validator.power;
  }
  const power = validators.reduce((total, each) => total + each.power, 0);
  if (3n * BigInt(signed) <= 2n * BigInt(power)) throw refuse("too-little-power", `${signed} of ${power}`);
  return { signed, power };
}

// What a validator signs: the canonical precommit behind its length.
function votedBytes(commit, vote, network) {
  const parts = joined(numberField(1, commit.partsTotal), bytesField(2, commit.partsHash));
  const message = joined(
    numberField(1, PRECOMMIT),
    fixedField(2, commit.height),
    fixedField(3, commit.round),
    bytesField(4, joined(bytesField(1, commit.blockHash), bytesField(2, parts))),
    bytesField(5, joined(numberField(1, vote.seconds), numberField(2, vote.nanoseconds))),
    bytesField(6, utf8(network)),
  );
  return joined(varint(message.length), message);
}

function followingSet({ nextValidators }, header, isLast) {
  const changes = !same(header.nextValidatorsHash, header.validatorsHash);
  if (nextValidators === null) {
    if (changes && !isLast) throw refuse("foreign-validator-set", "the new set is not shown");
    return null;
  }
  if (isLast || !changes) throw refuse("unneeded-change", "a set that nothing needs");
  if (!same(setHash(nextValidators), header.nextValidatorsHash)) {
    throw refuse("foreign-validator-set", "another set than the block names");
  }
  return { height: Number(header.height) + 1, validators: nextValidators };
}

function checkJoined({ commit }, { header }) {
  const { hash, total, parts } = header.parent;
  const follows =
    header.height === BigInt(commit.height) + 1n &&
    same(hash, commit.blockHash) &&
    total === BigInt(commit.partsTotal) &&
    same(parts, commit.partsHash);
  if (!follows) throw refuse("blocks-not-joined", "the second block does not follow the first");
}
