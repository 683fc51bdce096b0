"""The verified strip: what was checked, as of when, and how each check came out.

In: the evidence of a passport version. Out: a headline, a tone and one line a check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.web.language import Language, marked
from battery_passport.web.views import Check, CheckName, Evidence, LedgerKind, Outcome

PROVEN_BY = (
    CheckName.SIGNATURE,
    CheckName.LOG_INCLUSION,
    CheckName.CHECKPOINT,
    CheckName.ANCHOR,
)
"""Only when each of these was made and holds does the page say "verified"."""

LEDGER_NAMES: Mapping[LedgerKind, str] = MappingProxyType(
    {
        LedgerKind.DEVELOPMENT: marked("development ledger"),
        LedgerKind.CONSORTIUM: marked("consortium ledger"),
    }
)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check in words. `outcome` chooses icon and colour; `answer` says the same in words."""

    outcome: Outcome
    statement: str
    figure: str
    answer: str


@dataclass(frozen=True, slots=True)
class VerifiedStrip:
    """The strip as shown. `tone` is success, notice or danger."""

    tone: str
    headline: str
    checked_at: str
    is_development_ledger: bool
    lines: tuple[CheckLine, ...]


_PROVEN: Mapping[CheckName, str] = MappingProxyType(
    {
        CheckName.SIGNATURE: marked("Signed by the issuer and unchanged since"),
        CheckName.LOG_INCLUSION: marked("Entered in the tamper-evident log"),
        CheckName.CHECKPOINT: marked("The log's checkpoint is signed"),
        CheckName.ANCHOR: marked("The checkpoint is recorded on the ledger"),
        CheckName.LATEST: marked("No newer version exists"),
        CheckName.STATUS: marked("Neither suspended nor withdrawn"),
    }
)

_IN_QUESTION: Mapping[CheckName, str] = MappingProxyType(
    {
        CheckName.SIGNATURE: marked("Whether the issuer signed it"),
        CheckName.LOG_INCLUSION: marked("Whether it is in the tamper-evident log"),
        CheckName.CHECKPOINT: marked("Whether the log's checkpoint is signed"),
        CheckName.ANCHOR: marked("Whether the checkpoint is recorded on the ledger"),
        CheckName.LATEST: marked("Whether a newer version exists"),
        CheckName.STATUS: marked("Whether it was suspended or withdrawn"),
    }
)
"""A check that does not hold must not read as if it did."""

_ANSWERS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.HOLDS: marked("holds"),
        Outcome.NOT_YET: marked("waiting"),
        Outcome.NOT_CHECKED: marked("not checked"),
        Outcome.FAILED: marked("does not hold"),
    }
)

_HEADLINES: Mapping[str, str] = MappingProxyType(
    {
        "success": marked("Verified"),
        "notice": marked("Verified in part"),
        "danger": marked("Not valid: a check failed"),
    }
)


def tone_of(checks: tuple[Check, ...]) -> str:
    """Return danger if a check failed, success if all that prove the version hold, else notice."""
    outcomes = {check.name: check.outcome for check in checks}
    if Outcome.FAILED in outcomes.values():
        return "danger"
    proven = all(outcomes.get(name) is Outcome.HOLDS for name in PROVEN_BY)
    return "success" if proven else "notice"


def build_strip(evidence: Evidence, language: Language) -> VerifiedStrip:
    """Return the strip; it never says more than the checks do."""
    tone = tone_of(evidence.checks)
    order = list(CheckName)
    checks = sorted(evidence.checks, key=lambda check: order.index(check.name))
    return VerifiedStrip(
        tone=tone,
        headline=language.text(_HEADLINES[tone]),
        checked_at=language.moment(evidence.checked_at),
        is_development_ledger=evidence.ledger is LedgerKind.DEVELOPMENT,
        lines=tuple(_line(check, evidence, language) for check in checks),
    )


def _line(check: Check, evidence: Evidence, language: Language) -> CheckLine:
    holds = check.outcome is Outcome.HOLDS
    statement = language.text((_PROVEN if holds else _IN_QUESTION)[check.name])
    figure = _figure(check.name, evidence, language) if holds else ""
    return CheckLine(check.outcome, statement, figure, language.text(_ANSWERS[check.outcome]))


def _figure(name: CheckName, evidence: Evidence, language: Language) -> str:
    """Return what pins a check that holds: a log index, or a ledger and its block."""
    if name is CheckName.LOG_INCLUSION and evidence.log_index is not None:
        index = language.number(evidence.log_index)
        size = language.number(evidence.log_size)
        return language.text("number %(index)s in a log of %(size)s", index=index, size=size)
    if name is CheckName.ANCHOR:
        ledger = language.text(LEDGER_NAMES[evidence.ledger])
        if evidence.anchor_block is None:
            return ledger
        block = language.number(evidence.anchor_block)
        return language.text("%(ledger)s, block %(block)s", ledger=ledger, block=block)
    return ""
