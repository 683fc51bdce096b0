"""Makes finality proofs from what validators answer; a reader needs to trust none of it.

In: the addresses of several validators' CometBFT RPC. Out: proofs, and validator sets by height.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from battery_passport.adapters.evm.consortium.comet import CometReader
from battery_passport.adapters.evm.consortium.encoding import (
    commit_of,
    header_fields,
    result_of,
    validators_of,
)
from battery_passport.adapters.evm.consortium.errors import ProofNotReady
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64_decode
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.finality.errors import NotAnAnchoring
from battery_passport.ledger.finality.headers import validators_hash
from battery_passport.ledger.finality.model import (
    MAX_CHANGES,
    FinalityProof,
    PathStep,
    SealedBlock,
    ValidatorSet,
)
from battery_passport.ledger.finality.transaction import ethereum_hash
from battery_passport.ledger.merkle import leaf_hash, split_point, tree_root

_PER_PAGE = 100
_FIRST = 1

T = TypeVar("T")


class FinalityProver:
    """Asks validators for blocks and votes; a validator that is down is passed over."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = list(urls)

    def prove(
        self, transaction_hash: bytes, height: int, *, known: Sequence[ValidatorSet] = ()
    ) -> FinalityProof:
        """Return the proof that the network agreed on an Ethereum transaction of a block.

        `known` are the sets that trust files may name, from the genesis set on: the proof shows
        each change to one of them, so that it holds under a trust file of any age.
        Raises: ProofNotReady until the next block is there; ChainUnavailable.
        """
        return self._ask(lambda node: _Prover(node).prove(transaction_hash, height, known))

    def first_set(self) -> ValidatorSet:
        """Return the validator set that the genesis document named. Raises: ChainUnavailable."""
        return self._ask(lambda node: _Prover(node).set_at(_FIRST))

    def changes(self, *, after: ValidatorSet) -> list[SealedBlock]:
        """Return the blocks that changed the set since then, each with the set that follows.

        Raises: ChainUnavailable.
        """
        return self._ask(lambda node: _Prover(node).changes(after, node.height()))

    def _ask(self, question: Callable[[CometReader], T]) -> T:
        last: ChainUnavailable | None = None
        urls = self._urls
        for url in urls:
            node = CometReader(url)
            try:
                found = question(node)
            except ChainUnavailable as error:
                last = error
                continue
            except (KeyError, TypeError, ValueError) as error:
                last = ChainUnavailable(f"A validator's answer makes no sense: {error!r}.")
                continue
            finally:
                node.close()
            # The next question goes to the one that answered.
            self._urls = [url, *(each for each in urls if each != url)]
            return found
        raise last or ChainUnavailable("No validator's address is set.")


class _Prover:
    """One proof from one node; each answer is asked for once."""

    def __init__(self, node: CometReader) -> None:
        self._node = node
        self._sets: dict[int, ValidatorSet] = {}
        self._headers: dict[int, Mapping[str, Any]] = {}

    def prove(
        self, transaction_hash: bytes, height: int, known: Sequence[ValidatorSet]
    ) -> FinalityProof:
        """Return the proof; see `FinalityProver.prove`."""
        if self._node.height() <= height:
            raise ProofNotReady(f"The block after {height} is not there yet.")
        transactions, results = self._block(height)
        place = _place_of(transaction_hash, transactions)
        leaves = [leaf_hash(sha256(each)) for each in transactions]
        sealed = [leaf_hash(each) for each in results]
        steps = zip(_path(leaves, place), _path(sealed, place), strict=True)
        changes = self._ways(known or [self.set_at(_FIRST)], height)[-MAX_CHANGES:]
        return FinalityProof(
            blocks=(
                *(self._sealed(each, is_last=False) for each in changes),
                self._sealed(height, is_last=False),
                self._sealed(height + 1, is_last=True),
            ),
            transaction=transactions[place],
            result=results[place],
            path=tuple(
                PathStep(neighbour_is_left=left, transaction=one, result=other)
                for (left, one), (_, other) in steps
            ),
        )

    def set_at(self, height: int) -> ValidatorSet:
        """Return the set that decides at a height."""
        if height not in self._sets:
            found: list[Mapping[str, Any]] = []
            total = 1
            while len(found) < total:
                page = len(found) // _PER_PAGE + 1
                answer = self._node.ask(
                    "validators", {"height": height, "page": page, "per_page": _PER_PAGE}
                )
                total = int(answer["total"])
                found += answer["validators"]
            self._sets[height] = ValidatorSet(height, validators_of(found))
        return self._sets[height]

    def changes(self, known: ValidatorSet, height: int) -> list[SealedBlock]:
        """Return the blocks that changed the set, up to a height."""
        found = list(self._changes(known, height))
        return [self._sealed(each, is_last=False) for each in found]

    def _ways(self, known: Sequence[ValidatorSet], height: int) -> list[int]:
        """Return the blocks that lead from the first known set over the others to a height."""
        passed = [each for each in known if each.height <= height]
        return [
            *(each.height - 1 for each in passed[1:]),
            *self._changes(passed[-1], height),
        ]

    def _changes(self, known: ValidatorSet, height: int) -> Iterator[int]:
        """Yield the blocks after which another set decides, up to that of the height.

        A set that came and went between two blocks that one set decided is of no matter: that
        set sealed the later block, and the later block is what leads on.
        """
        low, current = known.height, validators_hash(known.validators)
        wanted = self._set_hash(height)
        while current != wanted:
            high = height
            while high - low > 1:
                middle = (low + high) // 2
                if self._set_hash(middle) == current:
                    low = middle
                else:
                    high = middle
            yield low
            low, current = high, self._set_hash(high)

    def _set_hash(self, height: int) -> bytes:
        return bytes.fromhex(self._signed_header(height)["header"]["validators_hash"])

    def _sealed(self, height: int, *, is_last: bool) -> SealedBlock:
        signed = self._signed_header(height)
        header = signed["header"]
        changes = header["validators_hash"] != header["next_validators_hash"]
        following = self.set_at(height + 1).validators if changes and not is_last else None
        return SealedBlock(
            header=header_fields(header),
            commit=commit_of(signed["commit"], self.set_at(height).validators),
            next_validators=following,
        )

    def _signed_header(self, height: int) -> Mapping[str, Any]:
        if height not in self._headers:
            answer = self._node.ask("commit", {"height": height})
            self._headers[height] = answer["signed_header"]
        return self._headers[height]

    def _block(self, height: int) -> tuple[list[bytes], list[bytes]]:
        """Return a block's transactions and their results."""
        answer = self._node.ask("block", {"height": height})
        transactions = [base64_decode(each) for each in answer["block"]["data"]["txs"] or []]
        answer = self._node.ask("block_results", {"height": height})
        results = [result_of(each) for each in answer["txs_results"] or []]
        if len(transactions) != len(results):
            raise ChainUnavailable(f"The validator's results of block {height} are not whole.")
        return transactions, results


def _place_of(transaction_hash: bytes, transactions: Sequence[bytes]) -> int:
    wanted = f"0x{transaction_hash.hex()}"
    for place, transaction in enumerate(transactions):
        try:
            if ethereum_hash(transaction) == wanted:
                return place
        except NotAnAnchoring:
            continue
    raise ChainUnavailable(f"Transaction {wanted} is not in the block that was named.")


def _path(leaves: Sequence[bytes], place: int) -> list[tuple[bool, bytes]]:
    """Return the neighbours on the way from a leaf up to the root, each with its side."""
    if len(leaves) == 1:
        return []
    middle = split_point(len(leaves))
    if place < middle:
        return [*_path(leaves[:middle], place), (False, tree_root(leaves[middle:]))]
    return [*_path(leaves[middle:], place - middle), (True, tree_root(leaves[:middle]))]
