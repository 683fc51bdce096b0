"""Taking in real files: read by a mapping, signed with the importer's key, stored like any batch.

In: paths, a mapping, a battery. Out: how many batches were stored, and what was assumed.
Everything is read and sealed before anything is stored, so that a bad file leaves nothing behind.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.sql.evidence import Outcome, ReceivedBatch
from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.tabular.files import file_pieces
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.finding import Registration, find_or_make
from battery_passport.assembly.import_sources import ImportSource, import_sources
from battery_passport.assembly.installation import Installation, register_importer
from battery_passport.assembly.intake import (
    GROUP_BATCHES,
    admit_batch,
    store_group,
)
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Battery
from battery_passport.telemetry.importing import ImportIdentity, import_batches, import_boot_id


class RegisteredMeanwhile(TemporarilyUnavailable):
    """Another process registered the same battery while this one read the files."""

    code = "registered-meanwhile"


def ingest(installation: Installation, request: JsonObject) -> JsonObject:
    """Take in files for a battery, which is registered if it is not known."""
    asked = Asked(request)
    paths = [Path(path) for path in asked.texts("paths")]
    sources = import_sources(paths, asked.text("mapping"))
    name, registration = asked.text("battery"), Registration.asked(asked)
    with installation.database.read() as connection:
        battery, _is_new = find_or_make(
            RegistryStore(connection), name, registration, installation.clock.now()
        )
    importer = _Importer.of(installation)
    sealed = [batch for source in sources for batch in _sealed(importer, source, battery)]
    _register(installation, battery)
    batches = _admitted(installation, sealed)
    outcomes: Counter[Outcome] = Counter()
    for start in range(0, len(batches), GROUP_BATCHES):
        outcomes.update(store_group(installation.database, batches[start : start + GROUP_BATCHES]))
    installation.pipeline.settle()
    return _summary(installation, battery, batches, outcomes)


@dataclass(frozen=True, slots=True)
class _Importer:
    """The device that signs an import from its beginning to its end, whatever key comes next."""

    device_id: UUID
    sign: Callable[[bytes], bytes]

    @classmethod
    def of(cls, installation: Installation) -> "_Importer":
        keys = replace(installation.keys)
        device_id = register_importer(installation.database, keys, installation.clock.now())
        return cls(device_id, keys.importer.sign)


def _sealed(importer: _Importer, source: ImportSource, battery: Battery) -> Iterator[bytes]:
    identity = ImportIdentity(
        device_id=importer.device_id,
        battery_ref=battery.battery_ref,
        boot_id=import_boot_id(
            file_pieces(source.path),
            declaration=source.declaration,
            battery_ref=battery.battery_ref,
        ),
        assumptions=source.assumptions,
    )
    yield from import_batches(source.pieces, identity=identity, signing_key=importer.sign)


def _register(installation: Installation, battery: Battery) -> None:
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        known = store.battery_by_identifier(battery.identifier)
        if known is None:
            store.add_battery(battery)
        elif known.battery_id != battery.battery_id:
            raise RegisteredMeanwhile(f"The battery {battery.identifier} was just registered.")


def _admitted(installation: Installation, sealed: list[bytes]) -> list[ReceivedBatch]:
    directory = DeviceDirectory(installation.database)
    now = installation.clock.now()
    return [admit_batch(encoded, directory, now) for encoded in sealed]


def _summary(
    installation: Installation,
    battery: Battery,
    batches: list[ReceivedBatch],
    outcomes: Counter[Outcome],
) -> JsonObject:
    digests = {batch.digest for batch in batches}
    with installation.database.read() as connection:
        stored = ProjectionStore(connection).contents(battery.battery_id)
    contents = [content for content in stored if content.digest in digests]
    flags: Counter[str] = Counter()
    for content in contents:
        for flag in content.flags:
            column = flag["column"] or "times"
            flags[f"{flag['code']} in {column}"] += int(str(flag["count"]))
    firsts = [content.first_ms for content in contents if content.first_ms is not None]
    lasts = [content.last_ms for content in contents if content.last_ms is not None]
    return {
        "battery": str(battery.identifier),
        "batches": len(batches),
        "samples": sum(content.samples for content in contents),
        "stored": outcomes[Outcome.STORED],
        "duplicates": outcomes[Outcome.DUPLICATE],
        "quarantined": outcomes[Outcome.QUARANTINED],
        "first": format_utc(from_unix_ms(min(firsts))) if firsts else None,
        "last": format_utc(from_unix_ms(max(lasts))) if lasts else None,
        "assumptions": sorted({text for content in contents for text in content.assumptions}),
        "flags": dict(flags),
    }
