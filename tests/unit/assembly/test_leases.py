"""Leases: one process at a time, freed however their holder ends."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from battery_passport.assembly.leases import Leases, Role, RoleTaken


def _hold_until_killed(folder: Path, ready: Connection) -> None:
    Leases(folder).keep(Role.SEQUENCER, timeout_s=5)
    ready.send("held")
    signal.pause()


def test_another_process_waits_and_a_killed_one_frees(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=_hold_until_killed, args=(tmp_path, theirs))
    holder.start()
    assert ours.recv() == "held"
    leases = Leases(tmp_path)
    assert not leases.is_free(Role.SEQUENCER)
    with pytest.raises(RoleTaken, match="sequencer"), leases.hold(Role.SEQUENCER, timeout_s=0.1):
        pass
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with leases.hold(Role.SEQUENCER, timeout_s=5):
        assert leases.is_free(Role.SEQUENCER)


def test_a_role_is_re_entrant_in_its_thread_and_exclusive_between_threads(tmp_path: Path) -> None:
    leases = Leases(tmp_path)
    order: list[str] = []

    def other() -> None:
        with leases.hold(Role.SEQUENCER, timeout_s=5):
            order.append("other")

    with leases.hold(Role.SEQUENCER, timeout_s=1), leases.hold(Role.SEQUENCER, timeout_s=1):
        thread = threading.Thread(target=other)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
    assert leases.is_free(Role.SEQUENCER)


def test_roles_do_not_stand_in_each_others_way(tmp_path: Path) -> None:
    first, second = Leases(tmp_path), Leases(tmp_path)
    first.keep(Role.SERVER, timeout_s=1)
    with second.hold(Role.SEQUENCER, timeout_s=1):
        assert not second.is_free(Role.SERVER)
    first.give_up(Role.SERVER)
    assert second.is_free(Role.SERVER)
