"""Reasons, suggestions and findings of a diagnosis in words of the page.

In: codes and parameters of diagnostics and lifecycle. Out: sentences; a code without words keeps
the sentence that came with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.web.language import Language, marked
from battery_passport.web.readers.event_words import WORDS

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # Why a battery has its grade.
        "no-health": marked("There is no state of health yet, and without one there is no grade."),
        "no-traceability": marked(
            "Where and when this battery was placed on the market is not recorded: without "
            "lifetime traceability it is not to be used again."
        ),
        "no-safety-inspection": marked(
            "A passed safety inspection (in Korea by KC 10031) is not recorded since the battery "
            "was removed."
        ),
        "not-removed": marked(
            "The battery is still in use: the grade says what it would be today."
        ),
        "recycled": marked("The battery was recycled."),
        "waste": marked(
            "The battery is waste: a permitted operator has to show that it is none any more."
        ),
        "lower-bound": marked(
            "The state of health is %(value_percent)s %% and, nine times in ten, at least "
            "%(low_percent)s %%, which is %(grade)s."
        ),
        "health-too-old": marked(
            "The state of health was last measured %(days)s days ago; a grade needs one of the "
            "last %(most_days)s days."
        ),
        "health-too-uncertain": marked(
            "The interval of the state of health is %(width_points)s points wide; a grade needs "
            "at most %(most_points)s."
        ),
        "accident": marked("An accident is recorded (%(kind)s, %(severity)s, %(day)s)."),
        "failed-inspection": marked("The newest inspection (%(kind)s, %(day)s) was failed."),
        "open-recall": marked("The recall %(reference)s is still open."),
        "weak-insulation": marked(
            "The insulation resistance was %(ohm_per_volt)s Ω/V; at least %(least_ohm_per_volt)s "
            "Ω/V are required."
        ),
        "notice-finding": marked("Notice since %(day)s: %(kind)s."),
        "warning-finding": marked("Warning since %(day)s: %(kind)s."),
        "critical-finding": marked("Critical since %(day)s: %(kind)s."),
        "repaired-finding": marked(
            "Found on %(day)s: %(kind)s. It no longer counts: a repair is recorded on "
            "%(repaired_on)s, and it was not found again."
        ),
        "figures-in-doubt": marked(
            "Since %(day)s the measurements may not be this battery's own, or were reset "
            "(%(kind)s): somebody has to look before it is graded."
        ),
        # What was found in the measurements.
        "cell-drift": marked(
            "Cell %(cell)s lies %(deviation_mv)s mV apart from its neighbours day after day."
        ),
        "self-discharge": marked(
            "Cell %(cell)s discharges itself: at rest it loses %(loss_percent_a_day)s %% of its "
            "charge a day more than the others."
        ),
        "module-apart": marked(
            "Module %(module)s (cells %(first_cell)s to %(last_cell)s) lies %(deviation_mv)s mV "
            "apart from the other modules week after week."
        ),
        "module-drift": marked(
            "Module %(module)s (cells %(first_cell)s to %(last_cell)s) drifts away from the other "
            "modules by %(drift_mv_a_month)s mV a month."
        ),
        "insulation-fallen": marked(
            "The insulation resistance fell to %(ohm_per_volt)s Ω/V; %(usual_ohm_per_volt)s Ω/V "
            "was usual before."
        ),
        "insulation-low": marked(
            "The insulation resistance is %(ohm_per_volt)s Ω/V; below %(least_ohm_per_volt)s Ω/V "
            "it has to be looked at."
        ),
        "insulation-unsafe": marked(
            "The insulation resistance is %(ohm_per_volt)s Ω/V; at least %(least_ohm_per_volt)s "
            "Ω/V are required."
        ),
        "thermal-event": marked("A thermal event: %(signals)s independent signals agreed."),
        # Why there is no figure or no picture.
        "no-span-throughout": marked(
            "No stretch was measured throughout that ends as full as it began and moves the "
            "battery's energy once."
        ),
        "no-initial-efficiency": marked("The efficiency of the new pack is not declared."),
        "no-initial-resistance": marked("The resistance of the new pack is not declared."),
        "no-cell-count": marked("How many cells are in series is not declared."),
        "no-voltage-limit": marked("The lowest voltage of the pack is not declared."),
        "no-chemistry": marked("Neither a curve of the model nor its chemistry is known."),
        "no-room-above-limit": marked(
            "The declared lowest voltage of %(limit_v)s V leaves no room below the rested voltage "
            "of %(cells)s cells."
        ),
        "not-measured-alike": marked(
            "The steps show less resistance than is declared of the new pack: the two were not "
            "measured alike."
        ),
        "no-modules": marked("The model declares no modules."),
        "too-few-rests": marked(
            "There are not yet two weeks with three rests each of which single cells are known."
        ),
        "unmeasured-modules": marked("The cells of some modules were not measured."),
        "too-few-modules": marked(
            "The model declares %(modules)s modules; they are compared from %(needed)s on."
        ),
        "other-modules": marked(
            "The model's modules hold %(declared)s cells, %(measured)s were measured."
        ),
        "no-measurements": marked("There are no measurements of this battery yet."),
        "no-counted-charge": marked(
            "No current and no charge counter was recorded often enough to count charge."
        ),
        "no-state-of-charge": marked(
            "Neither the car's state of charge nor cell voltages were recorded where charge was "
            "counted."
        ),
        "flat-voltage": marked(
            "The car's state of charge was not recorded, and the cells' voltage hardly changes "
            "with it."
        ),
        "contradiction": marked(
            "Counted charge and state of charge contradict each other, or the rated capacity."
        ),
        "no-rated-capacity": marked(
            "The rated capacity of this battery is not known, so there is no percentage."
        ),
        "too-little-charge": marked(
            "No charge or drive moved %(needed_percent)s %% of the capacity or more: the longest "
            "moved %(largest_ah)s Ah."
        ),
        "too-uncertain": marked(
            "The %(legs)s recorded charges or drives leave the capacity open by "
            "%(uncertainty_percent)s %% either way; more than %(allowed_percent)s %% is not "
            "reported. Longer charges would help."
        ),
        "too-few-steps": marked(
            "The current leapt by %(least_step_a)s A or more on %(days)s days that can be read; "
            "%(needed_days)s are needed."
        ),
        "no-long-charge": marked(
            "No charge of %(needed_percent)s %% of the rated capacity or more was recorded "
            "without a gap."
        ),
        "no-cell-voltages": marked("The voltages of single cells were not recorded."),
        "too-few-cell-samples": marked(
            "On no day of the last weeks were the cells measured often enough to compare them."
        ),
    }
)

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "cell_drift": marked("a cell stands apart from the others"),
        "counters_reset": marked("counters ran backwards"),
        "health_rose": marked("stated health rose without a repair"),
        "other_pack": marked("the cells look like another pack's"),
        "two_packs": marked("two packs send under one passport"),
        "self_discharge": marked("a cell loses charge at rest"),
        "module_imbalance": marked("a module stands apart from the others"),
        "insulation": marked("weak insulation"),
        "thermal_event": marked("a thermal event"),
    }
)

SUGGESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "re-use": marked("re-use for the same purpose"),
        "remanufacture": marked("remanufacture, to drive a car again"),
        "repurpose": marked("repurposing, such as storage"),
        "recycle": marked("recycling"),
    }
)

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "usable-capacity": marked("usable capacity from charges"),
        "fleet-capacity": marked("capacity under the curve of the model's fleet"),
        "step-resistance": marked("resistance from current steps"),
        "usage": marked("counted use"),
        "pulse-power": marked("power of short pulses"),
        "round-trip": marked("energy given back over energy taken in"),
        "conditions-met": marked("met over the period"),
        "fleet-fade": marked("ageing as in the fleet"),
        "charge-curve": marked("curve of a charge"),
        "cell-drift": marked("cells against their neighbours"),
        "rest-leak": marked("loss of charge at rest"),
        "insulation": marked("insulation day by day"),
        "module-spread": marked("modules against each other at rest"),
    }
)


def reason_text(reason: JsonObject, language: Language) -> str:
    """Return a reason of a grade in words."""
    parameters = reason.get("parameters")
    return _said(str(reason.get("code")), str(reason.get("sentence")), parameters, language)


def why_not(figure: JsonObject, language: Language) -> str:
    """Return in words why there is no figure."""
    parameters = figure.get("reason_parameters")
    return _said(str(figure.get("reason_code")), str(figure.get("reason")), parameters, language)


def method_text(method: JsonValue, version: JsonValue, language: Language) -> str:
    """Return a method's name and version, and in words what it does."""
    words = METHODS.get(str(method))
    name = method_name(method, version, language)
    return name if words is None else f"{name} ({language.text(words)})"


def method_name(method: JsonValue, version: JsonValue, language: Language) -> str:
    """Return a method's name and version alone."""
    return language.text("method %(name)s %(version)s", name=method, version=version)


def _said(code: str, sentence: str, parameters: JsonValue, language: Language) -> str:
    message = REASONS.get(code)
    if message is None:
        return sentence
    values = parameters if isinstance(parameters, Mapping) else {}
    try:
        return (
            language.text(
                message, **{name: _word(value, language) for name, value in values.items()}
            )
            if values
            else language.text(message)
        )
    except KeyError:
        return sentence


def _word(value: JsonValue, language: Language) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return language.number(value)
    text = str(value)
    message = KINDS.get(text) or WORDS.get(text)
    return text if message is None else language.text(message)
