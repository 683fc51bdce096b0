"""The lists of chargers and of charging sessions.

In: values of the port. Out: columns and filters.
"""

from datetime import datetime

from battery_passport.web.consoles.charging.ports import ChargerRow, SessionRow
from battery_passport.web.consoles.charging.words import SOCKETS, STATES, SUPPLIES
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import quoted
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.language import THIN_SPACE, Language, marked

_ONLINE, _OFFLINE = marked("connected"), marked("not connected")


def _charger_columns(base: str, kept_query: str, at: datetime) -> tuple[Column[ChargerRow], ...]:
    return (
        Column(
            key="charger",
            title=marked("Charger"),
            cell=lambda row, _language: Cell(
                row.charger,
                link=f"{charger_address(base, row.charger)}{kept_query}",
                code=True,
                small=row.made,
            ),
            by=lambda row: row.charger,
        ),
        Column(
            key="site",
            title=marked("Site"),
            cell=lambda row, _language: Cell(row.site),
            by=lambda row: row.site,
        ),
        Column(
            key="online",
            title=marked("Connection"),
            cell=lambda row, language: online_cell(row, at, language),
            by=lambda row: (row.online, row.heard_at is not None, row.heard_at or at),
        ),
        Column(
            key="connectors",
            title=marked("Connectors"),
            cell=lambda row, language: Cell(connectors_text(row, language)),
        ),
        Column(
            key="charging",
            title=marked("Charging now"),
            cell=lambda row, language: Cell(language.number(row.charging), figure=True),
            by=lambda row: row.charging,
        ),
        Column(
            key="protocol",
            title=marked("Protocol"),
            cell=lambda row, language: Cell(
                f"OCPP {row.version}" if row.version else "–",
                small=language.text(SUPPLIES.get(row.supply, row.supply)),
            ),
            by=lambda row: row.version,
        ),
    )


def chargers_list(base: str, kept_query: str, at: datetime) -> Listing[ChargerRow]:
    """Return the list of chargers."""
    return Listing(
        name="chargers",
        title=marked("Chargers"),
        columns=_charger_columns(base, kept_query, at),
        filters=(
            Filter(
                key="online",
                title=marked("Connection"),
                choices=(("yes", _ONLINE), ("no", _OFFLINE)),
                value=lambda row: "yes" if row.online else "no",
            ),
        ),
        words=lambda row: f"{row.charger} {row.site} {row.made} {row.firmware}",
        empty=Emptiness(
            title=marked("No charger is entered yet."),
            lesson=marked(
                "Chargers come up here once the operator of this installation has entered them "
                "for a site of yours."
            ),
        ),
    )


def sessions_list(base: str, kept_query: str) -> Listing[SessionRow]:
    """Return the list of charging sessions, each leading to its charger."""
    return Listing(
        name="sessions",
        title=marked("Charging sessions"),
        columns=(
            Column(
                key="started",
                title=marked("Began"),
                cell=lambda row, language: Cell(
                    language.moment(row.started_at), small=_lasted(row, language)
                ),
                by=lambda row: row.started_at,
            ),
            Column(
                key="charger",
                title=marked("Charger"),
                cell=lambda row, language: Cell(
                    row.charger,
                    link=f"{charger_address(base, row.charger)}{kept_query}",
                    code=True,
                    small=language.text("connector %(number)s", number=row.connector),
                ),
                by=lambda row: (row.charger, row.connector),
            ),
            Column(key="state", title=marked("State"), cell=state_cell, by=lambda row: row.state),
            Column(
                key="soc",
                title=marked("State of charge"),
                cell=lambda row, language: Cell(soc_text(row, language), figure=True),
                by=lambda row: -1.0 if row.soc_ratio is None else row.soc_ratio,
            ),
            Column(
                key="energy",
                title=marked("Energy"),
                cell=lambda row, language: Cell(energy_text(row, language), figure=True),
                by=lambda row: -1.0 if row.energy_wh is None else row.energy_wh,
            ),
            Column(
                key="known",
                title=marked("Battery"),
                cell=lambda row, language: Cell(known_text(row, language)),
            ),
        ),
        filters=(
            Filter(
                key="state",
                title=marked("State"),
                choices=tuple((code, title) for code, (title, _tone) in STATES.items()),
                value=lambda row: row.state,
            ),
        ),
        words=lambda row: f"{row.charger} {row.transaction}",
        empty=Emptiness(
            title=marked("Nobody has charged yet."),
            lesson=marked("Sessions come up here as soon as a charger tells of one."),
        ),
    )


def charger_address(base: str, charger: str) -> str:
    """Return where a charger's page lies."""
    return f"{base}/chargers/{quoted(charger)}"


def online_cell(row: ChargerRow, at: datetime, language: Language) -> Cell:
    """Return whether a charger is connected, and when it was heard last."""
    text = language.text
    small = text("never heard")
    if row.heard_at is not None:
        ago_s = max(0.0, (at - row.heard_at).total_seconds())
        small = text("heard %(time)s ago", time=written_duration(ago_s, language))
    title, tone = (_ONLINE, Tone.GOOD) if row.online else (_OFFLINE, Tone.QUIET)
    return Cell(text(title), tone=tone, small=small)


def connectors_text(row: ChargerRow, language: Language) -> str:
    """Return each connector with its state."""
    told = (
        f"{number}: {language.text(SOCKETS.get(state, state))}"
        for number, state in sorted(row.sockets.items(), key=lambda pair: int(pair[0]))
    )
    return ", ".join(told) or "–"


def state_cell(row: SessionRow, language: Language) -> Cell:
    """Return how far a session has come."""
    title, tone = STATES.get(row.state, (row.state, Tone.QUIET))
    if row.ended_at is not None and row.state == "charging":
        title, tone = STATES["locked"]
    return Cell(language.text(title), tone=tone)


def soc_text(row: SessionRow, language: Language) -> str:
    """Return the state of charge in percent."""
    if row.soc_ratio is None:
        return "–"
    return f"{language.number(round(row.soc_ratio * 100, 1))}{THIN_SPACE}%"


def energy_text(row: SessionRow, language: Language) -> str:
    """Return what the charger's meter counted since it first told."""
    return "–" if row.energy_wh is None else unit_text(row.energy_wh / 1_000, "kWh", language)


def unit_text(value: float | None, unit: str, language: Language) -> str:
    """Return a figure with its unit."""
    return "–" if value is None else f"{language.number(round(value, 2))}{THIN_SPACE}{unit}"


def known_text(row: SessionRow, language: Language) -> str:
    """Return whether the battery is registered here, and nothing more of it."""
    return language.text("registered here") if row.known else language.text("not known")


def _lasted(row: SessionRow, language: Language) -> str:
    if row.ended_at is None:
        return ""
    lasted_s = max(0.0, (row.ended_at - row.started_at).total_seconds())
    return language.text("lasted %(time)s", time=written_duration(lasted_s, language))
