"""The lists of administrators: quarantine, stuck records, audits.

In: values of the port. Out: columns and filters.
"""

from battery_passport.web.consoles.administration.ports import (
    AuditRun,
    QuarantinedBatch,
    StuckRecord,
)
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import battery_cell
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.language import Language, marked

SHORT_DIGEST = 16


def quarantine_list() -> Listing[QuarantinedBatch]:
    """Return the list of batches in quarantine."""
    return Listing(
        name="quarantine",
        title=marked("Quarantine"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: _battery(row.card, language),
                by=lambda row: str(row.card.identifier) if row.card else "",
            ),
            Column(
                key="received",
                title=marked("Received"),
                cell=lambda row, language: Cell(language.moment(row.received_at)),
                by=lambda row: row.received_at,
            ),
            Column(
                key="device",
                title=marked("Device"),
                cell=lambda row, language: Cell(
                    str(row.device_id),
                    code=True,
                    small=language.text("batch number %(number)s", number=row.sequence),
                ),
                by=lambda row: str(row.device_id),
            ),
            Column(
                key="digest",
                title=marked("Fingerprint"),
                cell=lambda row, language: Cell(
                    row.digest[:SHORT_DIGEST],
                    code=True,
                    small=language.text(
                        "taken by %(digest)s", digest=row.known_digest[:SHORT_DIGEST]
                    ),
                ),
            ),
        ),
        words=lambda row: f"{row.card.words if row.card else ''} {row.device_id} {row.digest}",
        empty=Emptiness(
            title=marked("Nothing is in quarantine."),
            lesson=marked(
                "When a device sends two different batches under one number, the second is kept "
                "here and nothing is overwritten. Usual causes: a device restored from a copy, or "
                "a stolen key. Ask who runs the device before you trust it again."
            ),
        ),
    )


def stuck_list() -> Listing[StuckRecord]:
    """Return the list of stuck records."""
    return Listing(
        name="stuck",
        title=marked("Stuck records"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: _battery(row.card, language),
                by=lambda row: str(row.card.identifier) if row.card else "",
            ),
            Column(
                key="step",
                title=marked("Step"),
                cell=lambda row, _language: Cell(row.step, small=row.kind),
                by=lambda row: row.step,
            ),
            Column(
                key="failed",
                title=marked("Failed at"),
                cell=lambda row, language: Cell(language.moment(row.failed_at)),
                by=lambda row: row.failed_at,
            ),
            Column(
                key="error",
                title=marked("What it said"),
                cell=lambda row, _language: Cell(row.error),
            ),
        ),
        words=lambda row: f"{row.card.words if row.card else ''} {row.step} {row.error}",
        empty=Emptiness(
            title=marked("No record is stuck."),
            lesson=marked(
                "When a step of the platform fails on a record again and again, the record is put "
                "aside here so that the others go on. It stays in the log; nothing is lost."
            ),
        ),
    )


def audits_list() -> Listing[AuditRun]:
    """Return the list of audits."""
    return Listing(
        name="audits",
        title=marked("Audits"),
        columns=(
            Column(
                key="started",
                title=marked("Started"),
                cell=lambda row, language: Cell(language.moment(row.started_at)),
                by=lambda row: row.started_at,
            ),
            Column(key="result", title=marked("Result"), cell=result_of, by=_result_key),
            Column(
                key="checked",
                title=marked("Records checked"),
                cell=lambda row, language: Cell(language.number(row.checked), figure=True),
                by=lambda row: row.checked,
            ),
            Column(
                key="ended",
                title=marked("Ended at"),
                cell=lambda row, language: Cell(
                    "–" if row.ended_at is None else language.moment(row.ended_at)
                ),
            ),
        ),
        filters=(
            Filter(
                key="result",
                title=marked("Result"),
                choices=(
                    ("intact", marked("Everything agrees")),
                    ("altered", marked("Something was altered")),
                    ("running", marked("Running")),
                    ("cut-off", marked("Not carried through")),
                ),
                value=_result_key,
            ),
        ),
        empty=Emptiness(
            title=marked("No audit has been run from here."),
            lesson=marked(
                "An audit compares every record with the log and the log with the ledger. It "
                "takes a while; you can leave the page and come back."
            ),
        ),
    )


def _result_key(run: AuditRun) -> str:
    if run.running:
        return "running"
    return {True: "intact", False: "altered", None: "cut-off"}[run.intact]


_RESULTS = {
    "intact": (marked("Everything agrees"), Tone.GOOD),
    "altered": (marked("Something was altered"), Tone.BAD),
    "running": (marked("Running"), Tone.ACTION),
    "cut-off": (marked("Not carried through"), Tone.NOTICE),
}


def result_of(run: AuditRun, language: Language) -> Cell:
    """Return how an audit ended."""
    title, tone = _RESULTS[_result_key(run)]
    return Cell(language.text(title), tone=tone, small=run.finding)


def _battery(card: BatteryCard | None, language: Language) -> Cell:
    if card is None:
        return Cell(language.text("none"))
    return battery_cell(card, "", "", language)
