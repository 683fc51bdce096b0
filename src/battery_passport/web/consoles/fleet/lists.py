"""The lists of the fleet: cars and devices.

In: values of the port. Out: columns and filters.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.registry.districts import DISTRICT_BY_CODE, DISTRICTS_OF
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.fleet.ports import AlarmRow, Car, DeviceRow
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import Language, marked

NOWHERE = "none"

_Heard = TypeVar("_Heard", Car, DeviceRow)
_Placed = TypeVar("_Placed", AlarmRow, Car)

HEARD: tuple[tuple[str, str, timedelta], ...] = (
    ("hour", marked("within an hour"), timedelta(hours=1)),
    ("day", marked("within 24 hours"), timedelta(days=1)),
    ("week", marked("within 7 days"), timedelta(days=7)),
)
_LONGER = ("longer", marked("longer ago"))
_NOT_YET = ("never", marked("never"))


def district_name(code: str, language: Language) -> str:
    """Return the name of a district."""
    found = DISTRICT_BY_CODE.get(code)
    if found is None:
        return language.text("no district")
    return found.name_ko if language.code == "ko" else found.name_en


def cars_list(region: str, at: datetime, base: str, shell: ConsoleShell) -> Listing[Car]:
    """Return the list of cars; a car leads to what was found about its measurements."""
    battery_and_district: tuple[Column[Car], ...] = battery_and_district_columns(
        "car", marked("Car"), base, shell.kept_query
    )
    heard_and_lag: tuple[Column[Car], ...] = _heard_and_lag(at)
    return Listing(
        name="cars",
        title=marked("Cars"),
        columns=(
            *battery_and_district,
            *heard_and_lag,
            Column(
                key="samples",
                title=marked("Samples"),
                cell=lambda row, language: Cell(language.number(row.samples), figure=True),
                by=lambda row: row.samples,
            ),
            Column(
                key="findings",
                title=marked("Findings, 7 days"),
                cell=lambda row, language: Cell(
                    language.number(row.findings),
                    tone=Tone.NOTICE if row.findings else Tone.PLAIN,
                    figure=True,
                ),
                by=lambda row: row.findings,
            ),
        ),
        filters=_car_filters(region, at, shell.language),
        words=lambda row: f"{row.identifier} {row.model_name} {row.chemistry}",
        empty=Emptiness(
            title=marked("No car is enrolled yet."),
            lesson=marked("Cars come up here once a collection device is enrolled for them."),
        ),
    )


def battery_and_district_columns(
    key: str, title: str, base: str, kept_query: str
) -> tuple[Column[_Placed], ...]:
    """Return a battery, leading to what was found about its measurements, and where it is."""
    return (
        Column(
            key=key,
            title=title,
            cell=lambda row, language: Cell(
                row.model_name or language.text("Model not known"),
                link=f"{base}/{row.identifier.path}/quality{kept_query}",
                small=str(row.identifier),
            ),
            by=lambda row: (row.model_name, str(row.identifier)),
        ),
        Column(
            key="district",
            title=marked("District"),
            cell=lambda row, language: Cell(district_name(row.district, language)),
            by=lambda row: row.district,
        ),
    )


def _car_filters(region: str, at: datetime, language: Language) -> tuple[Filter[Car], ...]:
    return (
        Filter(
            key="district",
            title=marked("District"),
            choices=(
                *(
                    (each.code, district_name(each.code, language))
                    for each in DISTRICTS_OF.get(region, ())
                ),
                (NOWHERE, marked("no district")),
            ),
            value=lambda row: row.district or NOWHERE,
        ),
        _heard_filter(at),
        Filter(
            key="found",
            title=marked("Findings"),
            choices=(("some", marked("some")), ("none", marked("no finding"))),
            value=lambda row: "some" if row.findings else "none",
        ),
    )


def _device_columns(at: datetime, base: str, kept_query: str) -> tuple[Column[DeviceRow], ...]:
    heard_and_lag: tuple[Column[DeviceRow], ...] = _heard_and_lag(at)
    return (
        Column(
            key="device",
            title=marked("Device"),
            cell=lambda row, _language: Cell(
                str(row.device_id),
                link=f"{base}/devices/{row.device_id}{kept_query}",
                code=True,
                small=row.software,
            ),
            by=lambda row: str(row.device_id),
        ),
        Column(
            key="standing",
            title=marked("State"),
            cell=standing_cell,
            by=lambda row: row.standing,
        ),
        Column(
            key="battery",
            title=marked("Battery"),
            cell=lambda row, _language: _battery(row.identifier, base, kept_query),
            by=lambda row: str(row.identifier or ""),
        ),
        *heard_and_lag,
        Column(
            key="skew",
            title=marked("Clock ahead"),
            cell=lambda row, language: _skew(row.skew_s, language),
            by=lambda row: 0.0 if row.skew_s is None else abs(row.skew_s),
        ),
        Column(
            key="queue",
            title=marked("Waiting there"),
            cell=lambda row, language: Cell(
                "–" if row.waiting is None else language.number(row.waiting), figure=True
            ),
            by=lambda row: -1 if row.waiting is None else row.waiting,
        ),
        Column(
            key="missing",
            title=marked("Missing batches"),
            cell=lambda row, language: Cell(
                language.number(row.missing),
                tone=Tone.NOTICE if row.missing else Tone.PLAIN,
                small=language.text(
                    "of %(count)s", count=language.number(row.batches + row.missing)
                ),
            ),
            by=lambda row: row.missing,
        ),
    )


def devices_list(at: datetime, base: str, kept_query: str) -> Listing[DeviceRow]:
    """Return the list of devices."""
    return Listing(
        name="devices",
        title=marked("Devices"),
        columns=_device_columns(at, base, kept_query),
        filters=(
            Filter(
                key="standing",
                title=marked("State"),
                choices=tuple((code, title) for code, (title, _tone) in STANDINGS.items()),
                value=lambda row: row.standing,
            ),
            _heard_filter(at),
        ),
        words=lambda row: f"{row.device_id} {row.identifier or ''} {row.software} {row.kind}",
        empty=Emptiness(
            title=marked("No device is enrolled yet."),
            lesson=marked("Devices come up here once they are enrolled for a battery."),
        ),
    )


def _heard_and_lag(at: datetime) -> tuple[Column[_Heard], ...]:
    return (
        Column(
            key="heard",
            title=marked("Last heard"),
            cell=lambda row, language: _heard(row.heard_at, at, language),
            by=lambda row: (row.heard_at is not None, row.heard_at or at),
        ),
        Column(
            key="lag",
            title=marked("Delay"),
            cell=lambda row, language: _duration(row.lag_s, language),
            by=lambda row: -1.0 if row.lag_s is None else row.lag_s,
        ),
    )


def _heard_filter(at: datetime) -> Filter[_Heard]:
    return Filter(
        key="heard",
        title=marked("Last heard"),
        choices=(*((key, title) for key, title, _ in HEARD), _LONGER, _NOT_YET),
        value=lambda row: _heard_group(row.heard_at, at),
    )


def _heard_group(heard_at: datetime | None, at: datetime) -> str:
    if heard_at is None:
        return _NOT_YET[0]
    return next((key for key, _, within in HEARD if at - heard_at <= within), _LONGER[0])


def _heard(heard_at: datetime | None, at: datetime, language: Language) -> Cell:
    if heard_at is None:
        return Cell(language.text("never"), tone=Tone.QUIET)
    ago_s = max(0.0, (at - heard_at).total_seconds())
    return Cell(
        language.text("%(time)s ago", time=written_duration(ago_s, language)),
        small=language.moment(heard_at),
    )


def _duration(seconds: float | None, language: Language) -> Cell:
    return Cell("–" if seconds is None else written_duration(max(0.0, seconds), language))


def _skew(seconds: float | None, language: Language) -> Cell:
    if seconds is None:
        return Cell("–")
    off = abs(seconds) > 300
    words = language.text("%(count)s s", count=language.number(round(seconds, 1)))
    return Cell(words, tone=Tone.NOTICE if off else Tone.PLAIN)


def _battery(identifier: BatteryIdentifier | None, base: str, kept_query: str) -> Cell:
    if identifier is None:
        return Cell("–")
    link = f"{base}/{identifier.path}/quality{kept_query}"
    return Cell(identifier.serial, link=link, code=True, small=identifier.gtin)


STANDINGS = {
    "active": (marked("active"), Tone.GOOD),
    "suspended": (marked("suspended"), Tone.NOTICE),
    "retired": (marked("retired"), Tone.QUIET),
}


def standing_cell(row: DeviceRow, language: Language) -> Cell:
    """Return whether a device's batches are taken, as a badge."""
    title, tone = STANDINGS.get(row.standing, STANDINGS["active"])
    return Cell(language.text(title), tone=tone)
