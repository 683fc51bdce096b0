"""What changed since the owner's last visit, and his battery's last charge, in words.

In: happenings and a charge. Out: lines with their dates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from battery_passport.web.language import THIN_SPACE, Language, marked
from battery_passport.web.owner.health import percent_text
from battery_passport.web.owner.views import LastCharge, News, NewsKind
from battery_passport.web.pages.layout import Shell

MOST_LINES = 6

EVENT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "inspected": marked("An inspection was recorded"),
        "repaired": marked("A repair was recorded"),
        "accident": marked("An accident was recorded"),
        "status_changed": marked("The status of the battery changed"),
        "installed": marked("The battery was fitted"),
        "removed": marked("The battery was taken out"),
        "recalled": marked("A recall concerns this battery"),
        "recall_completed": marked("Recall work was done"),
        "soce_reported": marked("The car reported its certified energy (SOCE)"),
        "use_reported": marked("The car reported how it was used"),
        "passport_suspended": marked("The passport was suspended"),
        "passport_resumed": marked("The passport is in force again"),
        "alarm_raised": marked("An alarm was raised: heat, voltage or insulation look dangerous"),
    }
)
"""Of an event's type."""

_OTHER_EVENT = marked("A record was added")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLine:
    """One thing that changed."""

    text: str
    at: str = ""
    address: str = ""


def build_news(news: Sequence[News], language: Language) -> tuple[NewsLine, ...]:
    """Return what happened, the latest first, only as many lines as one reads."""
    return tuple(
        NewsLine(text=_TEXTS[each.kind](each, language), at=language.day_of(each.at))
        for each in news[:MOST_LINES]
    )


def look_line(looked: int, ended: int, shell: Shell) -> tuple[NewsLine, ...]:
    """Return how often others looked, and how many links came to their end."""
    language = shell.language
    lines = []
    if looked:
        text = language.text("Others looked at your battery: %(count)s", count=looked)
        lines.append(NewsLine(text=text, address=shell.link("/my/looks")))
    if ended:
        text = language.text("Links that came to their end: %(count)s", count=ended)
        lines.append(NewsLine(text=text, address=shell.link("/my/grants")))
    return tuple(lines)


def charge_text(charge: LastCharge | None, language: Language) -> tuple[str, str]:
    """Return when the battery was last charged, and how far."""
    if charge is None:
        return "", ""
    length = _span(charge.started_at, charge.ended_at, language)
    if charge.from_percent is None or charge.to_percent is None:
        amount = f"{language.number(round(charge.charged_ah, 1))}{THIN_SPACE}Ah"
    else:
        low, high = (
            percent_text(round(level), language)
            for level in (charge.from_percent, charge.to_percent)
        )
        amount = language.text("from %(low)s to %(high)s", low=low, high=high)
    return language.moment(charge.started_at), f"{amount} · {length}"


def _span(start: datetime, end: datetime, language: Language) -> str:
    hours, minutes = divmod(round((end - start).total_seconds() / 60), 60)
    if hours:
        return language.text("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return language.text("%(minutes)s min", minutes=minutes)


def _issued(news: News, language: Language) -> str:
    version = language.number(news.figure or 0)
    return language.text("Passport version %(version)s was issued", version=version)


def _stated(news: News, language: Language) -> str:
    now = percent_text(round(news.figure or 0, 1), language)
    if news.before is None:
        return language.text("Health was estimated: %(now)s", now=now)
    before = percent_text(round(news.before, 1), language)
    return language.text(
        "Health was estimated again: %(now)s, before %(before)s", now=now, before=before
    )


def _event(news: News, language: Language) -> str:
    return language.text(EVENT_NAMES.get(news.event, _OTHER_EVENT))


_TEXTS: Mapping[NewsKind, Callable[[News, Language], str]] = MappingProxyType(
    {
        NewsKind.PASSPORT_ISSUED: _issued,
        NewsKind.HEALTH_STATED: _stated,
        NewsKind.EVENT: _event,
    }
)
