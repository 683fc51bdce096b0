"""What stands at the top of the ledger's page: that all is well, or what is not, and what it means.

In: a `LedgerOverview`. Out: banners, the gravest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from battery_passport.web.explorer.views import LedgerOverview
from battery_passport.web.language import Language
from battery_passport.web.pages.home import show_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A tone (success, notice, danger or quiet), a headline, and sentences."""

    tone: str
    headline: str
    sentences: tuple[str, ...]


def banners_of(overview: LedgerOverview, language: Language) -> Iterator[Banner]:
    """Yield what there is to say."""
    yield from _contradictions(overview, language)
    yield from _delays(overview, language)
    yield _watched(overview, language)


def _contradictions(overview: LedgerOverview, language: Language) -> Iterator[Banner]:
    text = language.text
    if overview.lag.contradicted:
        yield Banner(
            tone="danger",
            headline=text("The ledger holds another history than the log"),
            sentences=(
                text("Nothing is recorded any more until people have found out why."),
                text("A proof that you kept tells which of the two is right."),
            ),
        )


def _delays(overview: LedgerOverview, language: Language) -> Iterator[Banner]:
    text, lag, chain = language.text, overview.lag, overview.chain
    nothing_lost = text(
        "Nothing is lost: records are kept and logged, and are recorded on the ledger, each once,"
        " as soon as it goes on. Proofs that you have stay valid."
    )
    if lag.delayed and lag.since is not None:
        since = text(
            "Since %(since)s nothing new has reached the ledger; the oldest checkpoint has waited"
            " for %(wait)s.",
            since=language.moment(lag.since),
            wait=show_wait(lag.age_s, language),
        )
        yield Banner(
            tone="notice",
            headline=text("Anchoring delayed"),
            sentences=(since, *_cause(overview, language), nothing_lost),
        )
    elif chain is None or chain.stalled_since is not None:
        headline = (
            text("The ledger does not answer")
            if chain is None
            else text("The validators have stopped")
        )
        yield Banner(
            tone="notice", headline=headline, sentences=(*_cause(overview, language), nothing_lost)
        )


def _cause(overview: LedgerOverview, language: Language) -> Iterator[str]:
    text, chain = language.text, overview.chain
    if chain is None:
        yield text("No node of the ledger answers. What stands here is what this platform noted.")
    elif chain.stalled_since is not None:
        at = language.moment(chain.stalled_since)
        yield text(
            "There has been no new block since %(at)s: validators with a third of the votes or more"
            " are missing.",
            at=at,
        )


def _watched(overview: LedgerOverview, language: Language) -> Banner:
    """Return what the audit in the background has to say; without a finding it is good news."""
    text, watch = language.text, overview.watch
    if watch.found:
        return Banner(
            tone="danger",
            headline=text("The monitor found something wrong"),
            sentences=(
                text(
                    "A stored record does not fit the log or the ledger. Operators have been told;"
                    " the finding stays until they have looked into it."
                ),
            ),
        )
    if not watch.size:
        return Banner(tone="quiet", headline=text("The monitor has not looked yet"), sentences=())
    progress = text(
        "The monitor checks every record against log and ledger; it is at entry %(checked)s of"
        " %(size)s.",
        checked=language.number(watch.checked),
        size=language.number(watch.size),
    )
    if watch.finished_at is None:
        return Banner(
            tone="success",
            headline=text("Nothing wrong found so far"),
            sentences=(progress, text("It has not yet been through once.")),
        )
    last = text(
        "It was last through with all of them on %(at)s.", at=language.moment(watch.finished_at)
    )
    return Banner(tone="success", headline=text("Nothing wrong found"), sentences=(progress, last))
