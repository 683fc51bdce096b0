"""Rounds of load and sudden death on one home, and what must hold after each.

In: a home with a fleet. Out: a home that was killed many times; `check_everything` at the end.
"""

import contextlib
import hashlib
import http.client
import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from tests.integration.support.effects import effects_of, is_intact
from tests.integration.support.fleet import FleetDevice, opened
from tests.integration.support.homes import TestHome
from tests.integration.support.powerfail import Recorder, drop_barriers
from tests.integration.support.sending import Sender, send_until
from tests.integration.support.servers import Server, running_server, start_server

FEWEST_ACKNOWLEDGED = 10
MOST_ACKNOWLEDGED = 120
_BATCHES_A_DEVICE = 40


@dataclass
class Campaign:
    """One home's fate. `sent` holds every batch ever sent, `acknowledged` those we heard of."""

    home: TestHome
    fleet: Sequence[FleetDevice]
    chance: random.Random
    recorder: Recorder | None = None
    dropped: tuple[str, ...] = ()
    sent: dict[bytes, bytes] = field(default_factory=dict)
    acknowledged: set[bytes] = field(default_factory=set)
    surprises: int = 0
    rounds: int = 0

    def round(self) -> None:
        """Start on what the last round left, look for all that was acknowledged, load, kill."""
        if self.recorder is None:
            self._live_and_die(None)
        else:
            recording = self.recorder.recording(self.home.folder, name=f"round-{self.rounds}")
            try:
                self._live_and_die(recording.environment)
                drop = drop_barriers(recording, *self.dropped) if self.dropped else None
                recording.cut_back(self.chance.randrange(1 << 30), drop=drop)
            finally:
                recording.close()
        self.rounds += 1

    def rounds_of(self, number: int) -> None:
        """Live and die so often."""
        for _ in range(number):
            self.round()

    def check_everything(self) -> None:
        """Send everything again and find each batch's effects exactly once, the audit content."""
        with running_server(self.home) as server:
            self._nothing_lost()
            everything = list(self.sent.values())
            queues = [everything[start :: len(self.fleet)] for start in range(len(self.fleet))]
            assert set(send_until(server.port, queues)) == set(self.sent)
            server.wait_until_settled()
            audit = server.ask("audit", {})
            assert audit["finding"] is None, audit
        effects = effects_of(self.home.database)
        assert effects.faults() == []
        assert set(effects.batches) == set(self.sent)
        self._history_is_whole()

    def _live_and_die(self, recorded: Mapping[str, str] | None) -> None:
        server = start_server(self.home, extra=recorded)
        try:
            self._nothing_lost()
            self._send_some_again(server)
            self._load_and_kill(server)
        finally:
            server.kill()

    def _nothing_lost(self) -> None:
        assert is_intact(self.home.database) == "ok", "the database is not intact"
        effects = effects_of(self.home.database)
        lost = effects.missing(self.acknowledged)
        assert not lost, f"round {self.rounds}: {len(lost)} of {len(self.acknowledged)} lost"
        unknown = set(effects.batches) - set(self.sent)
        assert not unknown, f"round {self.rounds}: {len(unknown)} batches that nobody sent"
        self.surprises += len(set(effects.batches) - self.acknowledged)

    def _send_some_again(self, server: Server) -> None:
        known = sorted(self.acknowledged)
        with Sender(server.port) as sender:
            for digest in self.chance.sample(known, min(20, len(known))):
                assert sender.acknowledged(self.sent[digest]) == "duplicate"

    def _load_and_kill(self, server: Server) -> None:
        queues = [self._fresh_batches(device) for device in self.fleet]
        for batch in (batch for queue in queues for batch in queue):
            self.sent[hashlib.sha256(batch).digest()] = batch
        count = self.chance.randint(FEWEST_ACKNOWLEDGED, MOST_ACKNOWLEDGED)
        # A verb keeps the pipeline, the history and the log busy while the batches come in.
        verb = threading.Thread(target=report_event, args=(server, self.fleet[0]))
        verb.start()
        heard = send_until(server.port, queues, count=count, then=server.kill)
        verb.join()
        assert len(heard) >= count
        self.acknowledged |= set(heard)

    def _fresh_batches(self, device: FleetDevice) -> list[bytes]:
        first = self.rounds * _BATCHES_A_DEVICE
        return [device.batch(first + number) for number in range(_BATCHES_A_DEVICE)]

    def _history_is_whole(self) -> None:
        with opened(self.home) as installation:
            installation.pipeline.settle()
            for device in self.fleet:
                expected = self._samples_of(device)
                table = installation.history.read(device.battery_id)
                assert set(table.batch_digests) == set(expected)
                assert table.row_count == sum(expected.values())

    def _samples_of(self, device: FleetDevice) -> dict[bytes, int]:
        opened_batches = ((digest, open_envelope(each)) for digest, each in self.sent.items())
        return {
            digest: len(decode_batch(envelope).sampled_at_ms)
            for digest, envelope in opened_batches
            if envelope.claims.device_id == device.device_id
        }


def report_event(server: Server, device: FleetDevice) -> None:
    """Record an event of a device's battery as a verb would; a server that dies is no failure."""
    values = {"soce_percent": "97.5"}
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        server.ask(
            "event-add", {"battery": device.alias, "type": "soce_reported", "values": {**values}}
        )
