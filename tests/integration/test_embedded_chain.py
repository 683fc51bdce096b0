"""The embedded chain on the real engine: restarts, torn journals, deaths in mid-call, refusals.

In: a folder and the engine from node_modules. Out: the same blocks after every restart.
"""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from eth_abi.abi import encode

from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.artefact import CHECKPOINT_ANCHORS, load_artefact
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.embedded import ChainPlaces, EmbeddedChain
from battery_passport.adapters.evm.engine import find_engine
from battery_passport.adapters.evm.errors import (
    ChainInUse,
    EngineMissing,
    MethodNotAllowed,
    ReplayDiverged,
    RpcRefused,
    TransactionRefused,
    WrongContract,
)
from battery_passport.adapters.evm.journal import Journal
from battery_passport.adapters.evm.rpc import RpcClient
from battery_passport.foundation.clock import FixedClock
from battery_passport.ledger.errors import ChainUnavailable
from tests.factories.chain import (
    ANCHOR_KEY,
    OWN_KEYS,
    make_chain,
    make_head,
    own_contracts,
    require_engine,
)
from tests.factories.ledger import MOMENT, ORIGIN

pytestmark = pytest.mark.integration


def newest_hash(chain: EmbeddedChain) -> object:
    block = chain.request("eth_getBlockByNumber", ["latest", False])
    assert isinstance(block, dict)
    return block["hash"]


@pytest.mark.parametrize("blocks_per_dump", [1_000, 4])
def test_a_restart_gives_the_same_blocks(tmp_path: Path, blocks_per_dump: int) -> None:
    world = make_chain(tmp_path, blocks_per_dump=blocks_per_dump)
    receipts = [world.ledger.submit(make_head(size)) for size in range(1, 11)]
    anchors, block_hash = world.ledger.anchors(), newest_hash(world.chain)
    for _ in range(2):
        world.chain.close()
        assert newest_hash(world.chain) == block_hash
        assert world.ledger.anchors() == anchors
    assert world.ledger.submit(make_head(3)) == receipts[2]
    assert len(list((tmp_path / "chain").glob("state-*.hex"))) == (blocks_per_dump == 4)
    world.chain.close()
    again = make_chain(tmp_path)
    assert again.ledger.submit(make_head(11)).anchor.number == 10
    again.chain.close()


def other_roots(dump: bytes) -> bytes:
    """Return a state dump with the same blocks and other anchored roots."""
    state = json.loads(gzip.decompress(bytes.fromhex(dump.decode().removeprefix("0x"))))
    contract = next(each for each in state["accounts"].values() if each["storage"])
    for slot, value in contract["storage"].items():
        if not value.startswith("0x00"):
            contract["storage"][slot] = f"0x{'ab' * 32}"
    return b"0x" + gzip.compress(json.dumps(state).encode()).hex().encode()


@pytest.mark.parametrize(
    "spoil", [lambda _: b"", lambda _: b"0x00", lambda dump: dump[:-9], other_roots, None]
)
def test_a_bad_state_dump_is_passed_over(
    tmp_path: Path, spoil: Callable[[bytes], bytes] | None
) -> None:
    world = make_chain(tmp_path, blocks_per_dump=3)
    for size in range(1, 6):
        world.ledger.submit(make_head(size))
    anchors, block_hash = world.ledger.anchors(), newest_hash(world.chain)
    world.chain.close()
    (dump,) = (tmp_path / "chain").glob("state-*.hex")
    if spoil is None:
        dump.unlink()
    else:
        dump.write_bytes(spoil(dump.read_bytes()))
    assert newest_hash(world.chain) == block_hash
    assert world.ledger.anchors() == anchors
    world.chain.close()


def test_a_dump_of_another_chain_is_not_believed(tmp_path: Path) -> None:
    """Its digest is on record, but its block is not: the whole journal is replayed instead."""
    other = make_chain(
        tmp_path / "other", blocks_per_dump=2, clock=FixedClock(MOMENT.replace(day=1))
    )
    world = make_chain(tmp_path / "this")
    for size in (1, 2, 3):
        other.ledger.submit(make_head(size))
        world.ledger.submit(make_head(size))
    block_hash = newest_hash(world.chain)
    world.chain.close()
    other.chain.close()
    (dump,) = (tmp_path / "other/chain").glob("state-*.hex")
    (tmp_path / "this/chain" / dump.name).write_bytes(dump.read_bytes())
    with Journal(other.journal) as journal:
        (line,) = (each for each in journal.entries[::-1][:1] if each["kind"] == "state")
    with Journal(world.journal) as journal:
        journal.append(line)
    assert newest_hash(world.chain) == block_hash
    world.chain.close()


def test_a_block_whose_hash_was_not_noted_is_replayed(tmp_path: Path) -> None:
    """Killed between mining and noting: the block was never announced, and is there."""
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    world.ledger.submit(make_head(2))
    anchors, block_hash = world.ledger.anchors(), newest_hash(world.chain)
    world.chain.close()
    content = world.journal.read_bytes()
    lines = content.splitlines(keepends=True)
    assert b'"mined"' in lines[-1]
    for kept in (0, 1, len(lines[-1]) - 1):
        world.journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
        assert newest_hash(world.chain) == block_hash
        assert world.ledger.anchors() == anchors
        world.chain.close()
        assert world.journal.read_bytes() == content


def test_a_torn_block_line_leaves_the_block_before(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    anchors = world.ledger.anchors()
    before = world.journal.read_bytes()
    world.ledger.submit(make_head(2))
    world.chain.close()
    line = world.journal.read_bytes()[len(before) :].splitlines(keepends=True)[0]
    world.journal.write_bytes(before + line[: len(line) // 2])
    assert world.ledger.anchors() == anchors
    assert world.ledger.submit(make_head(2)).anchor.number == 1
    world.chain.close()


def test_an_engine_that_makes_other_blocks_is_refused(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    world.chain.close()
    with Journal(world.journal) as journal:
        entries = list(journal.entries)
    world.journal.unlink()
    with Journal(world.journal) as journal:
        for entry in entries:
            journal.append({**entry, "hash": f"0x{'11' * 32}"} if "hash" in entry else entry)
    with pytest.raises(ReplayDiverged, match="1111"):
        world.chain.start()
    assert world.chain.engine_pid == 0


def test_death_in_mid_call_is_told_and_healed(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    os.kill(world.chain.engine_pid, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (world.chain.engine_pid, signal.SIGKILL))
    killer.start()
    transaction = ChainAccount(ANCHOR_KEY, chain_id=world.chain.chain_id).sign(
        nonce=1, data=b"", gas=100_000, to=f"0x{'22' * 20}"
    )
    with pytest.raises(ChainUnavailable):
        world.chain.commit([transaction])
    killer.join()
    assert world.ledger.submit(make_head(2)).anchor.number == 1
    os.kill(world.chain.engine_pid, signal.SIGKILL)
    assert [each.head.size for each in world.ledger.anchors()] == [1, 2]
    world.chain.close()


def test_refused_transactions_change_nothing(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    account = ChainAccount(ANCHOR_KEY, chain_id=world.chain.chain_id)
    journal, block_hash = world.journal.read_bytes(), newest_hash(world.chain)
    spent = account.sign(nonce=0, data=b"", gas=100_000, to=f"0x{'22' * 20}")
    early = account.sign(nonce=9, data=b"", gas=100_000, to=f"0x{'22' * 20}")
    good = account.sign(nonce=1, data=b"", gas=100_000, to=f"0x{'22' * 20}")
    for transactions in ([spent], [early], [good, early], [good, spent], [b"\x01"]):
        with pytest.raises(TransactionRefused):
            world.chain.commit(transactions)
        assert world.chain._running is not None
        waiting = world.chain._running.rpc.request("txpool_status")
        assert waiting == {"pending": "0x0", "queued": "0x0"}
    assert world.journal.read_bytes() == journal
    assert newest_hash(world.chain) == block_hash
    receipt = world.chain.commit([good])[0]
    assert receipt.succeeded
    world.chain.close()
    assert quantity_of_blocks(world.chain) == 3
    world.chain.close()


def quantity_of_blocks(chain: EmbeddedChain) -> int:
    return int(str(chain.request("eth_blockNumber")), 16)


def test_several_transactions_share_a_block(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    accounts = [ChainAccount(bytes([n]) * 32, chain_id=world.chain.chain_id) for n in (1, 2, 3)]
    transactions = [
        each.sign(nonce=nonce, data=b"", gas=100_000, to=f"0x{'22' * 20}")
        for nonce in (0, 1)
        for each in accounts
    ]
    receipts = world.chain.commit(transactions)
    assert {each.block_number for each in receipts} == {1}
    block_hash = newest_hash(world.chain)
    world.chain.close()
    assert newest_hash(world.chain) == block_hash
    world.chain.close()


def test_others_cannot_anchor_for_this_log(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(1))
    thief = EvmAnchorLedger(world.chain, world.contracts, signing_key=b"\x07" * 32, origin=ORIGIN)
    with pytest.raises(TransactionRefused, match="CheckpointAnchorsNotTheAnchorer"):
        thief.submit(make_head(2))
    other = "other.example/log"
    other_log = EvmAnchorLedger(
        world.chain, own_contracts(world.chain, other), signing_key=ANCHOR_KEY, origin=other
    )
    assert other_log.latest() is None
    assert other_log.contract_address() is None
    assert other_log.submit(make_head(1)).anchor.number == 0
    assert other_log.contract_address() == world.ledger.contract_address()
    assert len(other_log.anchors()) == len(world.ledger.anchors()) == 1
    world.chain.close()


def test_the_contract_itself_refuses_what_does_not_follow(tmp_path: Path) -> None:
    """Sent past our own client's checks: only the contract stands between."""
    world = make_chain(tmp_path)
    world.ledger.submit(make_head(5))
    artefact, origin = load_artefact(CHECKPOINT_ANCHORS), world.ledger.origin_hash
    root, other = make_head(5).root, make_head(6).root
    cases = {
        "CheckpointAnchorsAlreadyAnchored": (5, root, root),
        "CheckpointAnchorsSizeNotGrowing": (5, other, root),
        "CheckpointAnchorsWrongPreviousRoot": (6, other, other),
        "CheckpointAnchorsZeroRoot": (6, bytes(32), root),
    }
    account = ChainAccount(ANCHOR_KEY, chain_id=world.chain.chain_id)
    contract = world.ledger.contract_address()
    for nonce, (name, arguments) in enumerate(cases.items(), start=1):
        data = artefact.call("anchor", origin, *arguments)
        call = {"from": account.address, "to": contract, "data": f"0x{data.hex()}"}
        with pytest.raises(RpcRefused) as caught:
            world.chain.request("eth_call", [call, "latest"])
        assert artefact.error_name(caught.value.revert_data) == name
        sent = account.sign(nonce=nonce, data=data, gas=300_000, to=contract)
        assert not world.chain.commit([sent])[0].succeeded
    assert len(world.ledger.anchors()) == 1
    missing = artefact.call("anchorAt", origin, 1)
    with pytest.raises(RpcRefused) as caught:
        world.chain.request("eth_call", [{"to": contract, "data": f"0x{missing.hex()}"}, "latest"])
    assert artefact.error_name(caught.value.revert_data) == "CheckpointAnchorsNoSuchAnchor"
    role = artefact.call("anchoringRole", origin)
    answer = world.chain.request(
        "eth_call", [{"to": contract, "data": f"0x{role.hex()}"}, "latest"]
    )
    assert len(str(answer)) == 66
    world.chain.close()


def test_an_address_of_another_contract_is_noticed(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    account = ChainAccount(OWN_KEYS.deployer, chain_id=world.chain.chain_id)
    # PUSH1 1, PUSH0, PUSH0... returns one byte of code that is not ours
    creation = bytes.fromhex("60015f5360015ff3")
    world.chain.commit([account.sign(nonce=0, data=creation, gas=200_000)])
    with pytest.raises(WrongContract, match="not Consortium"):
        world.ledger.latest()
    world.chain.close()


def test_a_deployer_that_did_something_else_is_noticed(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    account = ChainAccount(OWN_KEYS.deployer, chain_id=world.chain.chain_id)
    world.chain.commit([account.sign(nonce=0, data=b"", gas=100_000, to=account.address)])
    with pytest.raises(WrongContract, match="other transactions"):
        world.ledger.submit(make_head(1))
    world.chain.close()


def test_a_deployment_that_was_begun_is_finished(tmp_path: Path) -> None:
    whole = make_chain(tmp_path / "whole")
    whole.ledger.submit(make_head(1))
    with_all, contracts = whole.journal, whole.contracts.contracts
    whole.chain.close()
    with Journal(with_all) as journal:
        (deploying, *_) = (each for each in journal.entries if each["kind"] == "block")
    assert isinstance(deploying["transactions"], list)
    assert len(deploying["transactions"]) == 3
    for done in (1, 2, 3):
        world = make_chain(tmp_path / str(done))
        raw = [bytes.fromhex(str(each)[2:]) for each in deploying["transactions"][:done]]
        world.chain.commit(raw)
        assert world.ledger.latest() is None
        assert world.ledger.submit(make_head(1)).anchor.number == 0
        assert world.contracts.contracts == contracts
        world.chain.close()


def test_contract_addresses_follow_from_the_nonce(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    account = ChainAccount(b"\x01" * 32, chain_id=world.chain.chain_id)
    creation = load_artefact(CHECKPOINT_ANCHORS).creation(account.address, account.address)
    assert creation.endswith(encode(["address"], [account.address]))
    nonces = range(130)
    world.chain.commit(
        [
            account.sign(
                nonce=n,
                data=creation if n in (0, 1, 127, 128, 129) else b"",
                gas=3_000_000,
                to=None if n in (0, 1, 127, 128, 129) else account.address,
            )
            for n in nonces
        ]
    )
    for nonce in (0, 1, 127, 128, 129):
        code = world.chain.request("eth_getCode", [account.contract_address(nonce), "latest"])
        assert len(str(code)) > 100
    world.chain.close()


def test_only_listed_methods_are_called(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    for method in ("anvil_impersonateAccount", "evm_mine", "eth_sendRawTransaction"):
        with pytest.raises(MethodNotAllowed):
            world.chain.request(method)
    with pytest.raises(MethodNotAllowed):
        RpcClient("127.0.0.1", 1).request("evm_mine")
    world.chain.close()


def test_the_address_file_names_the_chain_while_it_runs(tmp_path: Path) -> None:
    world = make_chain(tmp_path)
    file = tmp_path / "run" / "chain.json"
    world.chain.start()
    told = json.loads(file.read_text())
    assert told["kind"] == world.chain.finality == "development ledger"
    assert told["pid"] == world.chain.engine_pid
    listening = psutil.Process(told["pid"]).net_connections(kind="tcp")
    assert [(each.laddr.ip, each.laddr.port) for each in listening if each.status == "LISTEN"] == [
        ("127.0.0.1", told["port"])
    ]
    with pytest.raises(ChainInUse):
        make_chain(tmp_path).chain.start()
    world.chain.close()
    assert not file.exists()


def test_a_missing_engine_is_named(tmp_path: Path) -> None:
    assert find_engine() == require_engine()
    places = ChainPlaces(tmp_path / "chain", tmp_path / "chain.json", tmp_path / "anvil")
    with pytest.raises(EngineMissing, match="make setup"):
        EmbeddedChain(places, FixedClock(MOMENT)).start()
    broken = tmp_path / "anvil"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(ChainUnavailable):
        EmbeddedChain(places, FixedClock(MOMENT)).start()


def test_the_chain_dies_with_the_process_that_runs_it(tmp_path: Path, repository: Path) -> None:
    require_engine()
    script = (
        "import sys, time; from pathlib import Path\n"
        "from tests.factories.chain import make_chain\n"
        "world = make_chain(Path(sys.argv[1])); world.chain.start()\n"
        "print(world.chain.engine_pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": f"{repository / 'src'}:{repository}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        engine = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 10
    while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)
