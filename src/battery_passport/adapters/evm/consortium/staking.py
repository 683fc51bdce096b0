"""How members come and go: stake is given, a validator is declared, stake is taken back.

In: the node program, members' nodes. Out: signed orders, carried out by the network.
deploy/README.md tells the same orders for an organisation that joins a real network.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from battery_passport.adapters.evm.consortium.comet import CometReader
from battery_passport.adapters.evm.consortium.encoding import validators_of
from battery_passport.adapters.evm.consortium.errors import NodeProgramFailed, ValidatorDown
from battery_passport.adapters.evm.consortium.making import ACCOUNT, KEYRING
from battery_passport.adapters.evm.consortium.model import COIN, UNIT, MemberNode
from battery_passport.adapters.evm.consortium.program import NodeProgram, as_words
from battery_passport.foundation.encoding import base64_decode

_GAS = 400_000
_PATIENCE_S = 120.0
_PAUSE_S = 0.3


class Member:
    """A member who sends orders to the network through a node of its choice."""

    def __init__(
        self, program: NodeProgram, node: MemberNode, *, network: str, through: MemberNode
    ) -> None:
        self._program = program
        self._node = node
        self._network = network
        self._through = through

    def give(self, receiver: MemberNode, votes: int) -> None:
        """Give votes from the member's free share. Raises: NodeProgramFailed, ValidatorDown."""
        amount = _coins(votes)
        self._order("bank", "send", self._node.account, receiver.account, amount)

    def declare(self, votes: int) -> None:
        """Become a validator by staking votes. Raises: NodeProgramFailed, ValidatorDown."""
        shown = self._program.order(self._node.folder, "comet", "show-validator")
        document = {
            "pubkey": json.loads(shown),
            "amount": _coins(votes),
            "moniker": self._node.slug,
            "commission-rate": "0",
            "commission-max-rate": "0",
            "commission-max-change-rate": "0",
            "min-self-delegation": "1",
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "validator.json"
            path.write_text(json.dumps(document))
            self._order("staking", "create-validator", str(path))

    def leave(self, votes: int) -> None:
        """Take the whole stake back: the validator leaves the set.

        Raises: NodeProgramFailed, ValidatorDown.
        """
        words = ("keys", "show", ACCOUNT, "--bech", "val", "-a", *as_words(KEYRING))
        address = self._program.order(self._node.folder, *words).strip()
        self._order("staking", "unbond", address, _coins(votes))

    def key(self) -> bytes:
        """Return the public key by which the member's validator votes."""
        shown = json.loads(self._program.order(self._node.folder, "comet", "show-validator"))
        return base64_decode(shown["key"])

    def _order(self, *words: str) -> None:
        options = {
            **KEYRING,
            "from": ACCOUNT,
            "chain-id": self._network,
            "node": self._through.comet_url.replace("http://", "tcp://"),
            "gas": _GAS,
            "gas-prices": f"0{COIN}",
        }
        answer = self._program.answer(self._node.folder, "tx", *words, "-y", *as_words(options))
        if answer["code"]:
            raise NodeProgramFailed(f"The network refuses `{words[1]}`: {answer['raw_log'][:200]}.")
        self._await(str(answer["txhash"]), words[1])

    def _await(self, transaction: str, name: str) -> None:
        """Return once the order is carried out."""
        deadline_s = time.monotonic() + _PATIENCE_S
        where = as_words({"node": self._through.comet_url.replace("http://", "tcp://")})
        while True:
            try:
                found = self._program.answer(self._node.folder, "query", "tx", transaction, *where)
            except NodeProgramFailed as error:
                if time.monotonic() > deadline_s:
                    raise ValidatorDown(f"`{name}` is in no block yet.") from error
                time.sleep(_PAUSE_S)
                continue
            if found["code"]:
                raise NodeProgramFailed(f"`{name}` failed: {found['raw_log'][:200]}.")
            return


def deciding_keys(node: MemberNode) -> Sequence[bytes]:
    """Return the keys of the validators that decide now. Raises: ChainUnavailable."""
    reader = CometReader(node.comet_url)
    try:
        answer = reader.ask("validators", {"per_page": 100})
    finally:
        reader.close()
    return [each.key for each in validators_of(answer["validators"])]


def _coins(votes: int) -> str:
    return f"{votes * UNIT}{COIN}"
