"""The ledger's pages over memory: a development ledger, a consortium, outages, one record's way.

In: what a test varies. Out: `ExplorerServices`, and an application whose pages they fill.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.web.application import create_application
from battery_passport.web.explorer.ports import ExplorerServices
from battery_passport.web.explorer.record_views import (
    Beginning,
    OnchainView,
    RecordKind,
    RecordLine,
    RecordName,
    RecordShelf,
    RecordWay,
    RegisteredToken,
    RegistryState,
    TokenHolder,
)
from battery_passport.web.explorer.routes import routes
from battery_passport.web.explorer.views import (
    Account,
    AnchorLine,
    BlockLine,
    BlockSheet,
    ChainFace,
    CheckpointLine,
    CheckpointSheet,
    EpochLine,
    Happening,
    Lag,
    LedgerOrganisation,
    LedgerOverview,
    LedgerRole,
    OwnAccount,
    Presence,
    ProperName,
    Signature,
    TransactionView,
    ValidatorLine,
    Watch,
    WitnessLine,
)
from battery_passport.web.ports import WebServices
from battery_passport.web.reading.views import Sight
from battery_passport.web.views import LedgerKind
from tests.factories.web import IDENTIFIER, NOW, web_services

ORIGIN = "battery-passport/7f3a/log"
NEWEST_SIZE = 18_377
NEWEST_BLOCK = 1_311
CHECKPOINTS = 60
OWN = Account(address="0x1c8452c8f30182585c9d0ff086d253be3742e062", own=OwnAccount.ORGANISATION)
SOMEBODY = Account(address="0xab2073b9a6ba4deb5e41eb84e7c0fac403b98f13")
KEY = hashlib.sha256(b"the battery's key on the ledger").digest()
MEMBERS = (
    ProperName("City", "시"),
    ProperName("Second city", "협력 시"),
    ProperName("Institute", "산학융합원"),
    ProperName("Industry association", "산업협회"),
    ProperName("Operator", "운영사"),
)


def digest(name: str) -> bytes:
    """Return 32 bytes that are the same for the same name."""
    return hashlib.sha256(name.encode()).digest()


def anchor_line(number: int) -> AnchorLine:
    """Return the anchor of a number; the newest are those of the newest checkpoints."""
    size = 100 + 300 * number
    signed_at = NOW - timedelta(minutes=CHECKPOINTS - number)
    return AnchorLine(
        number=number,
        size=size,
        root=digest(f"root {size}"),
        anchored_at=signed_at + timedelta(seconds=4),
        signed_at=signed_at,
        block=1_000 + 3 * number,
        block_hash=digest(f"block {1_000 + 3 * number}"),
        transaction_hash=digest(f"transaction {number}"),
    )


def checkpoint_line(number: int, *, waiting: bool = False, cosigned: int = 2) -> CheckpointLine:
    """Return the checkpoint of a number, with its anchor unless it waits."""
    anchor = anchor_line(number)
    return CheckpointLine(
        size=anchor.size,
        root=anchor.root,
        signed_at=anchor.signed_at,
        cosignatures=cosigned,
        anchor=None if waiting else anchor,
    )


def epoch_line(number: int = 41) -> EpochLine:
    """Return a state epoch."""
    return EpochLine(
        number=number,
        as_of=NOW - timedelta(minutes=5 * (42 - number)),
        size=30,
        root=digest(f"epoch {number}"),
        log_index=18_000 + number,
    )


def block_line(number: int = NEWEST_BLOCK, *, transactions: int = 1) -> BlockLine:
    """Return a block."""
    return BlockLine(
        number=number,
        at=NOW - timedelta(seconds=NEWEST_BLOCK - number),
        block_hash=digest(f"block {number}"),
        transactions=transactions,
    )


def chain_face(**changes: object) -> ChainFace:
    """Return the development ledger as it answers."""
    face = ChainFace(
        height=NEWEST_BLOCK,
        block_at=NOW - timedelta(seconds=6),
        chain_id=31_900,
        network="",
        threshold=1,
        organisations=(
            LedgerOrganisation(account=OWN, is_member=True, roles=tuple(LedgerRole)[:5]),
        ),
        validators=(),
        blocks=tuple(block_line(NEWEST_BLOCK - back, transactions=back % 2) for back in range(5)),
        contracts={"Consortium": OWN.address, "PassportRegistry": SOMEBODY.address},
    )
    return replace(face, **changes)  # type: ignore[arg-type]  # named by the tests themselves


def consortium_face(*, silent: int = 0, **changes: object) -> ChainFace:
    """Return a network of five validators, the last ones of them silent."""
    organisations = tuple(
        LedgerOrganisation(
            account=replace(OWN, name=name)
            if place == len(MEMBERS) - 1
            else Account(address=f"0x{digest(name.english)[:20].hex()}", name=name),
            is_member=True,
            roles=tuple(LedgerRole)[:5] if place == len(MEMBERS) - 1 else (),
        )
        for place, name in enumerate(MEMBERS)
    )
    validators = tuple(
        _validator(name, is_silent=place >= len(MEMBERS) - silent)
        for place, name in enumerate(MEMBERS)
    )
    return chain_face(
        chain_id=262_144,
        network="battery-passport-demo",
        threshold=3,
        organisations=organisations,
        validators=validators,
        **changes,
    )


def _validator(name: ProperName, *, is_silent: bool) -> ValidatorLine:
    return ValidatorLine(
        address=digest(f"validator {name.english}")[:20].hex(),
        name=name,
        power=1_000,
        share_percent=20.0,
        presence=Presence.SILENT if is_silent else Presence.VOTES,
        seen_block=None if is_silent else NEWEST_BLOCK,
        seen_at=None if is_silent else NOW,
    )


def ledger_overview(**changes: object) -> LedgerOverview:
    """Return a development ledger with which all is well."""
    overview = LedgerOverview(
        kind=LedgerKind.DEVELOPMENT,
        asked_at=NOW,
        log_origin=ORIGIN,
        log_size=NEWEST_SIZE,
        checkpoint_count=CHECKPOINTS,
        anchor_count=CHECKPOINTS - 1,
        checkpoints=tuple(
            checkpoint_line(CHECKPOINTS - back, waiting=back == 0) for back in range(5)
        ),
        anchors=tuple(anchor_line(CHECKPOINTS - back) for back in range(1, 6)),
        lag=Lag(waiting=1, since=NOW - timedelta(seconds=4), age_s=4.0),
        epochs=tuple(epoch_line(41 - back) for back in range(5)),
        watch=Watch(
            checked=7_210,
            size=NEWEST_SIZE,
            rounds=3,
            finished_at=datetime(2026, 11, 23, 5, 2, tzinfo=UTC),
        ),
        witnesses_required=0,
        witnesses=(),
        chain=chain_face(),
        demonstration_keys=True,
    )
    return replace(overview, **changes)  # type: ignore[arg-type]  # named by the tests themselves


DELAYED = Lag(waiting=12, since=NOW - timedelta(minutes=34), age_s=34 * 60.0, delayed=True)
"""Checkpoints that have waited for longer than the alarm."""


def delayed_consortium() -> LedgerOverview:
    """Return a network that stands still, because two of its five validators are gone."""
    return ledger_overview(
        kind=LedgerKind.CONSORTIUM,
        lag=DELAYED,
        chain=consortium_face(silent=2, stalled_since=NOW - timedelta(minutes=34)),
        witnesses_required=2,
        witnesses=(
            WitnessLine(
                name="witness.city.example", size=NEWEST_SIZE, answered_at=NOW, failing_since=None
            ),
            WitnessLine(
                name="witness.institute.example",
                size=17_000,
                answered_at=NOW,
                failing_since=NOW - timedelta(hours=2),
            ),
        ),
        demonstration_keys=False,
    )


def happening(contract: str, event: str, **members: object) -> Happening:
    """Return what a contract told."""
    return Happening(contract=contract, event=event, members=members)


def anchored(size: int = 18_100, *, origin: str = ORIGIN) -> Happening:
    """Return the event of an anchor."""
    return happening(
        "CheckpointAnchors",
        "Anchored",
        originHash=digest(origin),
        size=size,
        root=digest("root"),
        previousRoot=digest("root before"),
        anchorNumber=60,
    )


def transaction(*told: Happening, **changes: object) -> TransactionView:
    """Return a transaction of this platform's recording account."""
    view = TransactionView(
        transaction_hash=digest("transaction"),
        sender=Account(address=SOMEBODY.address, own=OwnAccount.ANCHORER),
        contract="CheckpointAnchors",
        is_creation=False,
        succeeded=True,
        happenings=told,
    )
    return replace(view, **changes)  # type: ignore[arg-type]  # named by the tests themselves


def block_sheet(*transactions: TransactionView, number: int = 1_180) -> BlockSheet:
    """Return a block whole."""
    return BlockSheet(
        line=block_line(number, transactions=len(transactions)),
        parent_hash=digest(f"block {number - 1}"),
        newest=NEWEST_BLOCK,
        transactions=transactions,
        own_origin_hash=digest(ORIGIN),
        accounts={OWN.address: OWN},
        roles={digest("issuer"): LedgerRole.ISSUER},
    )


def full_block() -> BlockSheet:
    """Return a block in which a good deal happened."""
    who = OWN.address
    return block_sheet(
        transaction(anchored()),
        transaction(
            happening(
                "PassportRegistry",
                "PassportIssued",
                batch=12,
                issuer=who,
                root=digest("batch"),
                previousRoot=bytes(32),
                size=30,
                nonce=12,
            ),
            contract="PassportRegistry",
        ),
        transaction(
            happening(
                "PassportRegistry", "Transferred", key=KEY, **{"from": who, "to": SOMEBODY.address}
            ),
            happening(
                "PassportRegistry",
                "StatusSet",
                key=KEY,
                actor=who,
                evidence=bytes(32),
                **{"from": 1, "to": 5},
            ),
        ),
        transaction(succeeded=False),
    )


@dataclass
class MemoryLedger:
    """The ledger's port over memory; `is_down` is the chain, not the record store.

    `unseen` leaves checkpoints without a record and without a witness.
    """

    known: LedgerOverview = field(default_factory=ledger_overview)
    sheets: Mapping[int, BlockSheet] = field(
        default_factory=lambda: {
            1_180: full_block(),
            NEWEST_BLOCK: block_sheet(number=NEWEST_BLOCK),
        }
    )
    is_down: bool = False
    unseen: bool = False

    def overview(self) -> LedgerOverview:
        return self.known

    def checkpoints(self, *, below: int | None, limit: int) -> Sequence[CheckpointLine]:
        lines = [checkpoint_line(number) for number in range(CHECKPOINTS, 0, -1)]
        return [each for each in lines if below is None or each.size < below][:limit]

    def checkpoint(self, size: int) -> CheckpointSheet | None:
        lines = {each.size: each for each in self.checkpoints(below=None, limit=CHECKPOINTS)}
        if size not in lines:
            return None
        witness = Signature(name="witness.city.example", is_witness=True, at=NOW)
        return CheckpointSheet(
            line=replace(lines[size], anchor=None) if self.unseen else lines[size],
            note=f"{ORIGIN}\n{size}\ncm9vdA==\n\n— {ORIGIN} c2lnbmF0dXJl\n",
            signatures=(
                Signature(name=ORIGIN, is_witness=False),
                *(() if self.unseen else (witness,)),
            ),
            witnesses_required=1,
            before=size - 300 if size > 400 else None,
            after=None,
        )

    def anchors(self, *, below: int | None, limit: int) -> Sequence[AnchorLine]:
        lines = [anchor_line(number) for number in range(CHECKPOINTS, 0, -1)]
        return [each for each in lines if below is None or each.size < below][:limit]

    def epochs(self, *, before: int | None, limit: int) -> Sequence[EpochLine]:
        return [epoch_line(n) for n in range(41, 0, -1) if before is None or n < before][:limit]

    def blocks(self, *, below: int | None, limit: int) -> Sequence[BlockLine]:
        if self.is_down:
            raise ChainUnavailable("Nobody answers.")
        newest = NEWEST_BLOCK if below is None else below - 1
        return [block_line(number) for number in range(newest, max(-1, newest - limit), -1)]

    def block(self, number: int) -> BlockSheet | None:
        if self.is_down:
            raise ChainUnavailable("Nobody answers.")
        return self.sheets.get(number)


def record_line(kind: RecordKind = RecordKind.VERSION, **changes: object) -> RecordLine:
    """Return a record that has its place in the log."""
    name = RecordName(kind, number=0 if kind is RecordKind.BATCH else 3)
    if kind is RecordKind.BATCH:
        name = RecordName(kind, digest=digest("batch"))
    line = RecordLine(
        name=name,
        at=NOW - timedelta(hours=3),
        event_type="inspected" if kind is RecordKind.EVENT else "",
        log_index=18_204,
        is_newest=kind is RecordKind.VERSION,
    )
    return replace(line, **changes)  # type: ignore[arg-type]  # named by the tests themselves


BEGINNINGS = {
    RecordKind.VERSION: Beginning(issuer="해오름모빌리티 주식회사"),
    RecordKind.EVENT: Beginning(recorded_by="inspection-body"),
    RecordKind.STATEMENT: Beginning(batches=412, charges=38, method="charge-window 2"),
    RecordKind.FIGURES: Beginning(batches=412, figures=5),
    RecordKind.MEASUREMENT: Beginning(
        recorded_by="동백 성능검사소", issuer="did:web:example.org:organisations:body"
    ),
    RecordKind.BATCH: Beginning(device="4dbd8b4a0a4598cf", device_kind="vehicle", octets=1_077),
}


def record_way(kind: RecordKind = RecordKind.VERSION, **changes: object) -> RecordWay:
    """Return a record that has come all the way to the development ledger."""
    way = RecordWay(
        line=record_line(kind),
        recorded_at=NOW - timedelta(hours=3),
        digest=digest("record"),
        salt=bytes(range(16)),
        entry=b"\x01" + digest("entry"),
        log_origin=ORIGIN,
        log_size=NEWEST_SIZE,
        beginning=BEGINNINGS[kind],
        covering=checkpoint_line(60, cosigned=0),
        epoch=epoch_line() if kind is RecordKind.VERSION else None,
        ledger=LedgerKind.DEVELOPMENT,
        block_stands=True,
        onchain=None,
    )
    return replace(way, **changes)  # type: ignore[arg-type]  # named by the tests themselves


def onchain_view(*, is_own: bool = True) -> OnchainView:
    """Return a battery that is registered and held by its owner's own key."""
    return OnchainView(
        state=RegistryState.REGISTERED,
        batch=12 if is_own else None,
        batch_size=30 if is_own else 0,
        token=RegisteredToken(
            key=KEY if is_own else b"",
            status="original",
            holder=TokenHolder.OWN_KEY,
            holder_address=SOMEBODY.address if is_own else "",
            responsible_is_own=True,
            successors=0,
            revoked=False,
        ),
    )


@dataclass
class MemoryRecords:
    """The records' port over memory; versions are for everybody, the rest for larger sights."""

    ways: dict[RecordKind, RecordWay] = field(
        default_factory=lambda: {kind: record_way(kind) for kind in RecordKind}
    )

    def shelf(
        self, identifier: BatteryIdentifier, sight: Sight, *, batch_page: int | None
    ) -> RecordShelf | None:
        if identifier != IDENTIFIER:
            return None
        return RecordShelf(
            versions=(record_line(),),
            events=() if sight.is_public else (record_line(RecordKind.EVENT),),
            statements=(record_line(RecordKind.STATEMENT),) if sight.with_estimate else (),
            batches=(record_line(RecordKind.BATCH),) if batch_page else (),
            batch_count=40 if batch_page else 0,
            batch_page=batch_page or 1,
            batches_at_once=10,
        )

    def way(
        self, identifier: BatteryIdentifier, name: RecordName, sight: Sight, *, is_own: bool
    ) -> RecordWay | None:
        seen = {
            RecordKind.VERSION: True,
            RecordKind.EVENT: not sight.is_public,
            RecordKind.STATEMENT: sight.with_estimate,
            RecordKind.BATCH: is_own,
        }
        way = self.ways[name.kind]
        known = identifier == IDENTIFIER and way.line.name == name
        return way if known and seen[name.kind] else None


def explorer_application(
    ledger: MemoryLedger | None = None,
    records: MemoryRecords | None = None,
    *,
    services: WebServices | None = None,
) -> FastAPI:
    """Return an application with the ledger's pages over memory."""
    explorer = ExplorerServices(ledger=ledger or MemoryLedger(), records=records or MemoryRecords())
    return create_application(
        services or web_services(), groups=[lambda site: routes(site, explorer)]
    )
