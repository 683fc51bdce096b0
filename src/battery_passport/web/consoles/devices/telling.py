"""A device in words: how it does, what happened to it, its keys and its last batches.

In: a portrait. Out: terms and lists.
"""

from battery_passport.web.consoles.devices.ports import BatchFact, DevicePortrait, KeyFact, LifeStep
from battery_passport.web.consoles.devices.words import CAUSES, KINDS, TURNS
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import name_of
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Listing
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import Language, marked

SHORT_DIGEST = 16


def device_terms(portrait: DevicePortrait, base: str, shell: ConsoleShell) -> tuple[Term, ...]:
    """Return how a device does."""
    row, language = portrait.row, shell.language
    text, number = language.text, language.number
    quality = shell.address(f"{base}/{portrait.battery.identifier.path}/quality")
    lag = "–" if row.lag_s is None else written_duration(max(0.0, row.lag_s), language)
    skew = "–" if row.skew_s is None else text("%(count)s s", count=number(round(row.skew_s, 1)))
    heard = text("never") if row.heard_at is None else language.moment(row.heard_at)
    counted = text("of %(count)s", count=number(row.batches + row.missing))
    aside = "" if not portrait.set_aside else text("%(count)s put aside", count=portrait.set_aside)
    return (
        Term(text("Kind"), text(KINDS.get(row.kind, row.kind))),
        Term(
            text("Battery") if portrait.fitted else text("Last battery"),
            name_of(portrait.battery, language),
            link=quality,
            small=str(portrait.battery.identifier),
        ),
        Term(text("Last heard"), heard, small=text("Delay: %(time)s", time=lag)),
        Term(text("Clock ahead"), skew),
        Term(
            text("Waiting there"),
            "–" if row.waiting is None else number(row.waiting),
            "",
            small=aside,
        ),
        Term(text("Missing batches"), number(row.missing), small=counted),
        Term(text("Firmware"), row.software or text("not told")),
        _quarantine(portrait, base, shell),
    )


def _quarantine(portrait: DevicePortrait, base: str, shell: ConsoleShell) -> Term:
    text, number = shell.language.text, shell.language.number
    if not portrait.quarantined:
        return Term(text("In quarantine"), number(0))
    link = shell.address(f"{base}/quarantine", q=str(portrait.row.device_id))
    return Term(text("In quarantine"), number(portrait.quarantined), link=link)


def step_terms(portrait: DevicePortrait, language: Language) -> tuple[Term, ...]:
    """Return what happened to a device, the latest first."""
    return tuple(_step(each, language) for each in portrait.steps)


def _step(step: LifeStep, language: Language) -> Term:
    text = language.text
    parts = [] if step.battery is None else [str(step.battery)]
    if step.reason in CAUSES:
        parts.append(text(CAUSES[step.reason]))
    return Term(language.moment(step.at), text(TURNS[step.turn]), small=" · ".join(parts))


def keys_list() -> Listing[KeyFact]:
    """Return the list of a device's keys."""
    return Listing(
        name="keys",
        title=marked("Keys"),
        columns=(
            Column(
                key="fingerprint",
                title=marked("Fingerprint"),
                cell=lambda row, _language: Cell(row.fingerprint, code=True),
            ),
            Column(
                key="since",
                title=marked("Since"),
                cell=lambda row, language: Cell(language.moment(row.since)),
            ),
            Column(key="state", title=marked("State"), cell=_key_state),
        ),
        empty=Emptiness(title=marked("No key is known."), lesson=""),
    )


def _key_state(row: KeyFact, language: Language) -> Cell:
    text = language.text
    if row.taken_until is None:
        return Cell(text("in use"), tone=Tone.GOOD)
    until = text("earlier batches are taken until %(at)s", at=language.moment(row.taken_until))
    return Cell(text("replaced"), tone=Tone.QUIET, small=until)


def batches_list() -> Listing[BatchFact]:
    """Return the list of a device's last batches."""
    return Listing(
        name="batches",
        title=marked("Last batches"),
        columns=(
            Column(
                key="received",
                title=marked("Received"),
                cell=lambda row, language: Cell(
                    language.moment(row.received_at),
                    small=language.text("batch number %(number)s", number=row.sequence),
                ),
            ),
            Column(
                key="collected",
                title=marked("Collected"),
                cell=lambda row, language: Cell(language.moment(row.collected_at)),
            ),
            Column(
                key="samples",
                title=marked("Samples"),
                cell=lambda row, language: Cell(
                    "–" if row.samples is None else language.number(row.samples), figure=True
                ),
            ),
            Column(
                key="digest",
                title=marked("Fingerprint"),
                cell=lambda row, _language: Cell(row.digest[:SHORT_DIGEST], code=True),
            ),
        ),
        empty=Emptiness(
            title=marked("No batch has come in yet."),
            lesson=marked("Batches come up here once the device has sent its first one."),
        ),
    )
