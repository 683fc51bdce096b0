"""One battery's collection in words: figures, and each of its devices.

In: values of the port. Out: figures and terms.
"""

from battery_passport.telemetry.quality.kinds import KINDS, Severity
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.fleet.ports import BatteryQuality, DeviceRow
from battery_passport.web.consoles.frame.cells import Figure
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.language import Language


def quality_figures(quality: BatteryQuality, language: Language) -> tuple[Figure, ...]:
    """Return how much there is, how much of it was remarked on, and what never came."""
    text, number = language.text, language.number
    grave = [each for each in quality.findings if KINDS[each.kind].severity is Severity.WARNING]
    batches = sum(each.batches for each in quality.devices)
    missing = sum(each.missing for each in quality.devices)
    return (
        Figure(
            label=text("Samples collected"),
            figure=number(quality.samples),
            origin=text("in %(count)s signed batches", count=number(batches)),
        ),
        Figure(
            label=text("Warnings"),
            figure=number(len(grave)),
            origin=text("different ones, of %(count)s findings", count=len(quality.findings)),
        ),
        Figure(
            label=text("Missing batches"),
            figure=number(missing),
            origin=text("numbered by a device, never received"),
        ),
    )


def device_terms(device: DeviceRow, language: Language) -> tuple[Term, ...]:
    """Return one device, term by term."""
    text = language.text
    never = text("never")
    skew = "–"
    if device.skew_s is not None:
        skew = text("%(count)s s", count=language.number(round(device.skew_s, 1)))
    waiting = "–" if device.waiting is None else language.number(device.waiting)
    lag = "–" if device.lag_s is None else written_duration(max(0.0, device.lag_s), language)
    return (
        Term(text("Device"), str(device.device_id), code=True, small=device.software),
        Term(
            text("Last heard"),
            never if device.heard_at is None else language.moment(device.heard_at),
            small=text("Delay: %(time)s", time=lag),
        ),
        Term(text("Clock ahead"), skew),
        Term(text("Waiting there"), waiting),
    )
