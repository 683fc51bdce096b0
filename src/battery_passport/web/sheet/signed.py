"""Power, round-trip efficiency and the conditions met, as the newest signed statement says them.

In: what a sheet is made from, a language. Out: large numbers with interval, date and method.
"""

from collections.abc import Iterator

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import THIN_SPACE, Language
from battery_passport.web.sheet.model import SheetFigure
from battery_passport.web.sheet.ports import SheetSources, SignedFigures
from battery_passport.web.sheet.reading import moment, number, part
from battery_passport.web.sheet.words import method_text, why_not

NONE = "–"
_TENTHS = 1


def signed_figures(sources: SheetSources, language: Language) -> tuple[SheetFigure, ...]:
    """Return the figures of power, efficiency and conditions, or why there is no power."""
    signed = sources.signed
    if signed is None:
        return (_no_power(sources, language),)
    shown = _Shown(signed, language)
    power = tuple(shown.power()) or (_no_power(sources, language),)
    return (*power, *shown.efficiency(), *shown.conditions())


def has_efficiency(sources: SheetSources) -> bool:
    """Return whether the signed statement tells the round-trip efficiency."""
    if sources.signed is None:
        return False
    values = part(sources.signed.figures, "round_trip", "values")
    return number(values.get("value_percent")) is not None


def _no_power(sources: SheetSources, language: Language) -> SheetFigure:
    resistance = part(sources.diagnosis, "resistance")
    reason = (
        why_not(resistance, language)
        if resistance.get("reason_code")
        else language.text("It has not been signed yet.")
    )
    label = language.text("Short power at 20 % charge and 25 °C")
    return SheetFigure(label=label, figure=NONE, interval=reason, origin="")


class _Shown:
    """One statement's figures in words."""

    def __init__(self, signed: SignedFigures, language: Language) -> None:
        self._signed = signed
        self._language = language

    def power(self) -> Iterator[SheetFigure]:
        text, figure = self._language.text, part(self._signed.figures, "power")
        values = part(figure, "values")
        rows = (
            (text("Short power at 80 % charge and 25 °C"), "at_80_percent", "kw"),
            (text("Short power at 20 % charge and 25 °C"), "at_20_percent", "kw"),
            (text("Loss of short power since new"), "fade", "percent"),
            (text("Growth of internal resistance since new"), "resistance_increase", "percent"),
        )
        at = moment(values.get("as_of"))
        when = "" if at is None else self._language.day_of(at)
        for label, name, unit in rows if figure else ():
            yield self._interval(label, part(values, name), unit, self._origin(figure, when))

    def efficiency(self) -> Iterator[SheetFigure]:
        text, figure = self._language.text, part(self._signed.figures, "round_trip")
        values = part(figure, "values")
        if not figure:
            return
        origin = self._origin(figure, self._period(values))
        label = text("Round-trip energy efficiency")
        yield self._interval(label, values, "percent", origin)
        loss = part(values, "loss_since_new")
        label = text("Loss of round-trip efficiency since new")
        yield self._interval(label, loss, "percent", origin)

    def conditions(self) -> Iterator[SheetFigure]:
        text, figure = self._language.text, part(self._signed.figures, "conditions")
        values = part(figure, "values")
        origin = self._origin(figure, self._period(values))
        celsius = part(values, "temperature_celsius")
        if celsius:
            further = text(
                "%(warm)s min above 45 °C, %(cold)s min below 0 °C",
                warm=self._number(values, "minutes_above_45_celsius"),
                cold=self._number(values, "minutes_below_0_celsius"),
            )
            label = text("Temperature in use, mean")
            yield self._range((label, "°C"), celsius, further, origin)
        charge = part(values, "state_of_charge_percent")
        if charge:
            further = text(
                "%(count)s deep discharges", count=self._number(values, "deep_discharges")
            )
            label = text("State of charge in use, mean")
            yield self._range((label, "%"), charge, further, origin)

    def _interval(self, label: str, found: JsonObject, unit: str, origin: str) -> SheetFigure:
        language, sign = self._language, {"kw": "kW", "percent": "%"}[unit]
        value, low, high = (number(found.get(f"{end}_{unit}")) for end in ("value", "low", "high"))
        if value is None or low is None or high is None:
            reason = why_not(found, language)
            return SheetFigure(label=label, figure=NONE, interval=reason, origin="")
        interval = language.text(
            "90 %% interval %(low)s to %(high)s %(unit)s",
            low=language.number(low),
            high=language.number(high),
            unit=sign,
        )
        return SheetFigure(
            label=label,
            figure=language.number(value),
            unit=sign,
            interval=interval,
            origin=origin,
        )

    def _range(
        self, called: tuple[str, str], found: JsonObject, further: str, origin: str
    ) -> SheetFigure:
        label, unit = called
        ends = self._language.text(
            "from %(low)s to %(high)s %(unit)s, as measured",
            low=self._number(found, "lowest"),
            high=self._number(found, "highest"),
            unit=unit,
        )
        return SheetFigure(
            label=label,
            figure=self._number(found, "mean"),
            unit=unit,
            interval=f"{ends}; {further}",
            origin=origin,
        )

    def _number(self, values: JsonObject, name: str) -> str:
        found = number(values.get(name))
        return NONE if found is None else self._language.number(round(found, _TENTHS))

    def _period(self, values: JsonObject) -> str:
        since, until = moment(values.get("started_at")), moment(values.get("ended_at"))
        if since is None or until is None:
            return ""
        days = [self._language.day_of(each) for each in (since, until)]
        return f"{THIN_SPACE}–{THIN_SPACE}".join(days)

    def _origin(self, figure: JsonObject, when: str) -> str:
        language, index = self._language, self._signed.log_index
        method = method_text(figure.get("method"), figure.get("version"), language)
        said = language.text("signed statement of figures %(number)s", number=self._signed.number)
        place = (
            language.text("not yet in the log")
            if index is None
            else language.text("number %(index)s in the log", index=language.number(index))
        )
        return ", ".join(each for each in (when, method, said, place) if each)
