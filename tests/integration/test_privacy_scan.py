"""Nothing that is public about the ledger tells of people, vehicles or batteries.

A small city with people, VINs and plates is logged and anchored; then every tile, entry,
checkpoint, opened state record, block, transaction and event of the chain is searched.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from battery_passport.access.names import clean_address
from battery_passport.adapters.evm.rpc import RpcClient
from battery_passport.adapters.sql.acts import NO_BATTERY
from battery_passport.adapters.sql.facts import Announcement, Fact, FactStore
from battery_passport.adapters.sql.schema import disclosures, log_tiles
from battery_passport.assembly.city.accounts import ROLES, give_battery, owner_of, settle_accounts
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.seeding import Resident, give_past, register_city
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.simulated.plan import new_plan
from battery_passport.assembly.sites.log import SitePublishedLog
from battery_passport.credentials.sd_jwt import parse_disclosure
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonValue, canonical_json
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.tiles import ENTRIES_LEVEL, TILE_WIDTH, read_bundle, tile_width
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.registry.model import Battery
from tests.factories.chain import require_engine
from tests.factories.installation import installed
from tests.factories.private_needles import Needles

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("privacy-scan")]

VEHICLES = 3
PLATES = ("123가4567", "88나1234", "345하9012")
COORDINATES = ("35.17955", "129.07564")


def vin_of(resident: Resident) -> str:
    """A VIN of the right form for a car of the made-up city."""
    digits = hashlib.sha256(resident.car.serial.encode()).hexdigest().upper()[:9]
    return f"KNABP000{digits}"


@dataclass
class Scene:
    """A seeded installation and its cars."""

    installation: Installation
    residents: list[Resident]
    haystack: dict[str, bytes]

    @property
    def batteries(self) -> list[Battery]:
        return [each.battery for each in self.residents]

    def facts(self) -> list[Fact]:
        with self.installation.database.read() as connection:
            return FactStore(connection).from_index(0, 1_000_000)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    require_engine()
    with installed(tmp_path_factory.mktemp("home")) as installation:
        now = installation.clock.now()
        plan = new_plan(seed=3, vehicles=VEHICLES, days=12, now=now)
        residents = register_city(installation, plan)
        accounts = settle_accounts(installation)
        give_battery(installation, owner_of(accounts), residents[0].battery.battery_id)
        for resident, plate in zip(residents, PLATES, strict=True):
            try_to_tell(installation, resident, plate)
        give_past(installation, plan, residents, lambda _text: None)
        installation.states.cover(residents[0].battery.log_key)
        installation.pipeline.settle()
        installation.anchoring.anchor_now()
        yield Scene(installation, residents, everything_public(installation))


def try_to_tell(installation: Installation, resident: Resident, plate: str) -> None:
    """Report private things as events; whether that is refused or not, the ledger must be mute."""
    said = (vin_of(resident), plate, ", ".join(COORDINATES), ROLES[0].email)
    for text in said:
        reported = ReportedEvent(
            event_type="repaired",
            occurred_at=installation.clock.now(),
            recorded_by="default",
            payload={"work": text},
        )
        with suppress(BatteryPassportError), installation.database.write() as connection:
            record_event(connection, resident.battery, reported, installation.clock.now())


def everything_public(installation: Installation) -> dict[str, bytes]:
    """Return all that the log's addresses and the chain's node give to anybody."""
    log = SitePublishedLog(installation)
    found = {"checkpoint": log.checkpoint() or b""}
    epochs = log.epochs(before=None, limit=100)
    found["states"] = json.dumps([[each.record, each.salt.hex()] for each in epochs]).encode()
    with installation.database.read() as connection:
        for row in connection.execute(select(log_tiles)):
            found[f"tile {row.level}/{row.tile_index}"] = row.octets
    with installation.anchoring.chain():
        where = json.loads(installation.home.chain_file.read_bytes())
        with closing(RpcClient("127.0.0.1", int(where["port"]))) as node:
            found |= dict(_chain(node))
    return found


def _chain(node: RpcClient) -> Iterator[tuple[str, bytes]]:
    """Yield blocks with their transactions, and events: as text, and the bytes in it."""
    height = int(str(node.request("eth_blockNumber")), 16)
    for number in range(height + 1):
        block = node.request("eth_getBlockByNumber", [hex(number), True])
        yield from _both(f"block {number}", block)
    logs = node.request("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest"}])
    assert isinstance(logs, list)
    assert logs
    yield from _both("events", logs)


def _both(place: str, value: object) -> Iterator[tuple[str, bytes]]:
    text = json.dumps(value, ensure_ascii=False)
    yield place, text.encode()
    yield f"{place}, bytes", b"\x00".join(_hex_bytes(value))


def _hex_bytes(value: object) -> Iterator[bytes]:
    if isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_hex_bytes, value.values()))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(_hex_bytes, value))
    elif isinstance(value, str) and value.startswith("0x") and len(value) % 2 == 0:
        yield bytes.fromhex(value[2:])


def private_things(scene: Scene) -> Iterator[tuple[str, str | bytes]]:
    """Yield what must not be told of people, vehicles and batteries, each with a name."""
    for role in ROLES:
        yield "a person's name", role.name
        yield "an e-mail address", clean_address(role.email)
        if role.organisation:
            yield "an organisation's name", role.organisation
    for resident, plate in zip(scene.residents, PLATES, strict=True):
        battery = resident.battery
        yield "a VIN", vin_of(resident)
        yield "a plate", plate
        yield "the public identifier", str(battery.identifier)
        yield "the identifier's path", battery.identifier.path
        yield "the serial", battery.identifier.serial
        yield "the digital link", scene.installation.digital_link(battery.identifier)
        yield "the battery's id", str(battery.battery_id)
        yield "the battery's id in bytes", battery.battery_id.bytes
        yield "the reference in batches", battery.battery_ref
        yield "the record key", battery.log_key
        yield "the device's id", resident.identity.device_id.bytes
    for number in COORDINATES:
        yield "a coordinate", number


def test_nothing_public_tells_of_people_vehicles_or_batteries(scene: Scene) -> None:
    assert len(scene.haystack) > 10
    assert len(scene.facts()) > 20
    assert Needles.of(private_things(scene)).found_in(scene.haystack) == []


def test_the_search_would_find_them(scene: Scene) -> None:
    needles = Needles.of(private_things(scene))
    vin = vin_of(scene.residents[0])
    for told in (
        vin.encode(),
        vin.lower().encode(),
        vin.encode().hex().encode(),
        hashlib.sha256(vin.encode()).digest(),
        hashlib.sha256(vin.encode()).hexdigest().upper().encode(),
        scene.batteries[0].log_key,
        "김민지".encode(),
    ):
        assert needles.found_in({"tile": b"\x00" * 7 + told + b"\x01"})


def entries_of(scene: Scene) -> list[bytes]:
    """Return every log entry."""
    size = len(scene.facts())
    with scene.installation.database.read() as connection:
        rows = connection.execute(
            select(log_tiles.c.tile_index, log_tiles.c.octets).where(
                log_tiles.c.level == ENTRIES_LEVEL
            )
        )
        tiles = {row.tile_index: row.octets for row in rows}

    class Reader:
        def get(self, level: int, index: int) -> bytes | None:
            return tiles.get(index) if level == ENTRIES_LEVEL else None

    return [
        entry
        for index in range(-(-size // TILE_WIDTH))
        for entry in read_bundle(Reader(), index, width=tile_width(0, index, size=size))
    ]


def test_two_entries_of_one_battery_have_nothing_in_common(scene: Scene) -> None:
    """By construction: an entry is a hash over a salt of its own. So salts must be distinct."""
    logged, entries = scene.facts(), entries_of(scene)
    assert len({fact.salt for fact in logged}) == len(logged)
    assert {len(fact.salt) for fact in logged} == {16}
    assert [entry_bytes(fact.salt, fact.digest) for fact in logged] == entries
    assert len(set(entries)) == len(entries)
    # Whoever knows a record, or all records, finds its entry by no salt that he can guess.
    keys = [battery.log_key for battery in scene.batteries]
    guesses = {bytes(16), *(fact.digest[:16] for fact in logged), *keys}
    guessed = {entry_bytes(salt, fact.digest) for salt in guesses for fact in logged}
    assert not guessed & set(entries)
    # Nor do two entries share any run of bytes by which they could be put together.
    runs = [entry[start : start + 6] for entry in entries for start in range(1, len(entry) - 5)]
    assert len(set(runs)) == len(runs)


def test_the_same_record_logged_twice_gives_two_strangers(tmp_path: Path) -> None:
    same = Announcement(kind="test", battery_id=NO_BATTERY, digest=bytes(32))
    with installed(tmp_path) as installation:
        with installation.database.write() as connection:
            for _again in range(2):
                FactStore(connection).announce(same, installation.clock.now())
        with installation.database.read() as connection:
            first, second = FactStore(connection).pending(2)
    assert first.digest == second.digest
    assert entry_bytes(first.salt, first.digest) != entry_bytes(second.salt, second.digest)


def test_without_its_salt_a_disclosure_s_digest_is_linked_to_nothing(scene: Scene) -> None:
    """Erasing a disclosure leaves a digest that even who knows the value cannot match."""
    with scene.installation.database.read() as connection:
        stored = list(connection.execute(select(disclosures)))
    opened = [parse_disclosure(row.disclosure) for row in stored]
    salts = [json.loads(base64url_decode(each.encoded))[0] for each in opened]
    assert len(set(salts)) == len(salts)
    assert {len(base64url_decode(salt)) for salt in salts} == {16}
    for each, salt in zip(opened, salts, strict=True):
        known = [each.name, each.value]
        assert _digest([salt, *known]) == each.digest  # with the salt it is told
        guesses = ("", base64url_encode(bytes(16)), *(other for other in salts if other != salt))
        assert all(_digest([guess, *known]) != each.digest for guess in guesses)
    gone = stored[0]
    with scene.installation.database.write() as connection:
        connection.execute(
            delete(disclosures).where(
                disclosures.c.credential_id == gone.credential_id,
                disclosures.c.section == gone.section,
            )
        )
    with scene.installation.database.read() as connection:
        left = list(connection.execute(select(disclosures.c.disclosure)).scalars())
    assert gone.disclosure not in left
    assert len(left) == len(stored) - 1


def _digest(parts: list[JsonValue]) -> str:
    encoded = base64url_encode(canonical_json(parts))
    return base64url_encode(hashlib.sha256(encoded.encode()).digest())
