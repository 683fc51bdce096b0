// What the anchoring transaction did: one Ethereum transaction, its result, the contract's one event.
//
// In: the transaction and its result, both sealed in blocks. Out: what was anchored, or a refusal.
// Source: Cosmos SDK Tx and TxMsgData, cosmos.evm.vm.v1, CometBFT's deterministic ExecTxResult.

import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromHex, toBigInt, toHex, utf8 } from "./bytes.js";
import { BadMessage, Message } from "./protobuf.js";
import { Refusal } from "./refusal.js";

const SENT = "/cosmos.evm.vm.v1.MsgEthereumTx";
const ANSWERED = "/cosmos.evm.vm.v1.MsgEthereumTxResponse";
const TOPIC = `0x${toHex(keccak_256(utf8("Anchored(bytes32,uint64,bytes32,bytes32,uint256)")))}`;
const HASH = /^0x[0-9a-f]{64}$/;
const WORD = 32;
const refuse = (reason, detail) => new Refusal(`finality-${reason}`, detail);

export function readAnchoring({ transaction, result }, contract) {
  try {
    const hash = hashOf(new Message(transaction));
    return eventOf(answerOf(new Message(result), hash), contract);
  } catch (error) {
    if (error instanceof BadMessage) throw refuse("not-an-anchoring", error.message);
    throw error;
  }
}

function hashOf(transaction) {
  const hash = onlyMessage(transaction.message(1).blobs(1), SENT).text(3);
  if (!HASH.test(hash)) throw refuse("not-an-anchoring", "no hash of an Ethereum transaction");
  return hash;
}

function answerOf(result, hash) {
  if (result.number(1) !== 0n) throw refuse("transaction-failed", `code ${result.number(1)}`);
  const answer = onlyMessage(result.message(2).blobs(2), ANSWERED);
  if (answer.text(1) !== hash) throw refuse("not-an-anchoring", "the result is another's");
  if (answer.blob(4).length > 0) throw refuse("transaction-failed", "the contract refused it");
  return answer;
}

function onlyMessage(wrapped, kind) {
  if (wrapped.length !== 1) throw refuse("not-an-anchoring", `${wrapped.length} messages`);
  const message = new Message(wrapped[0]);
  if (message.text(1) !== kind) throw refuse("not-an-anchoring", "a message of another kind");
  return message.message(2);
}

function eventOf(answer, contract) {
  const logs = answer.blobs(2).map((bytes) => new Message(bytes));
  const anchored = logs.filter((log) => topicsOf(log)[0] === TOPIC);
  const ours = anchored.filter((log) => log.text(1).toLowerCase() === contract);
  if (anchored.length > 0 && ours.length === 0) throw refuse("other-contract", "another contract's event");
  if (ours.length !== 1) throw refuse("no-anchor-event", `${ours.length} events`);
  const [topics, data] = [topicsOf(ours[0]), ours[0].blob(3)];
  if (topics.length !== 2 || !HASH.test(topics[1]) || data.length !== 4 * WORD) {
    throw refuse("no-anchor-event", "an event of another form");
  }
  return {
    originHash: fromHex(topics[1].slice(2)),
    size: toBigInt(data.subarray(0, WORD)),
    root: data.subarray(WORD, 2 * WORD),
  };
}

const topicsOf = (log) => log.blobs(2).map((bytes) => String.fromCharCode(...bytes));
