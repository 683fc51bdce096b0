"""A fuzzing campaign that can be broken off and goes on where it was.

In: seeds, a way to change them, a target and a folder. Out: how many inputs were tried; an input
that breaks the target is kept in the folder and fails the test.

The folder holds the corpus, one file an input that showed something new, and `progress.json`.
"""

import hashlib
import json
import random
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

Signs = Iterable[str]
Change = Callable[[bytes, random.Random, list[bytes]], bytes]
Target = Callable[[bytes], Signs]

LONGEST_S = 2.0
"""Processor time that one input may take; most take a thousandth of a second."""

MOST_GROWTH_BYTES = 256 * 1024
MOST_PEAK_BYTES = 24 * 1024 * 1024
_ROUND = 2_000
_LARGEST_INPUT = 1 << 17
_LARGEST_CORPUS = 4_000


@dataclass
class Campaign:
    """Inputs, tried one after the other; `signs` are the outcomes seen so far."""

    name: str
    folder: Path
    change: Change
    target: Target
    corpus: list[bytes] = field(default_factory=list)
    signs: set[str] = field(default_factory=set)
    tried: int = 0

    def begin(self, seeds: Iterable[bytes]) -> None:
        """Take up the seeds and what an earlier run left in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        progress = self.folder / "progress.json"
        if progress.is_file():
            self.tried = int(json.loads(progress.read_text("utf-8"))["tried"])
        kept = [path.read_bytes() for path in sorted(self.folder.glob("*.input"))]
        for octets in [*seeds, *kept]:
            self._try(octets)

    def run(self, count: int) -> None:
        """Try inputs until there were so many in all, noting progress on the way."""
        while self.tried < count:
            dice = random.Random(f"{self.name} {self.tried}")
            for _ in range(min(_ROUND, count - self.tried)):
                parent = self.corpus[dice.randrange(len(self.corpus))]
                self._try(self.change(parent, dice, self.corpus)[:_LARGEST_INPUT])
                self.tried += 1
            self._note()

    def _note(self) -> None:
        draft = self.folder / "progress.part"
        draft.write_text(json.dumps({"tried": self.tried, "corpus": len(self.corpus)}), "utf-8")
        draft.replace(self.folder / "progress.json")

    def _try(self, octets: bytes) -> None:
        begun = time.perf_counter()
        try:
            signs = set(self.target(octets))
        except BaseException:
            self._keep(octets, "broke")
            raise
        # A busy machine makes anything slow: only what is slow by the processor's clock counts.
        if time.perf_counter() - begun > LONGEST_S:
            begun = time.process_time()
            list(self.target(octets))
            took = time.process_time() - begun
            assert took < LONGEST_S, f"{self._keep(octets, 'slow')} took {took:.1f} s"
        if not signs <= self.signs or not self.corpus:
            self.signs |= signs
            if len(self.corpus) < _LARGEST_CORPUS:
                self.corpus.append(octets)
                self._keep(octets, "input")

    def _keep(self, octets: bytes, ending: str) -> Path:
        path = self.folder / f"{hashlib.sha256(octets).hexdigest()[:24]}.{ending}"
        path.write_bytes(octets)
        return path


def measure_memory(target: Target, inputs: list[bytes], *, rounds: int) -> tuple[int, int]:
    """Return how much memory stays after all inputs were tried so often, and the highest use."""
    for octets in inputs:
        list(target(octets))
    tracemalloc.start()
    try:
        for octets in inputs[:200]:
            list(target(octets))
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(rounds):
            for octets in inputs:
                list(target(octets))
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before
