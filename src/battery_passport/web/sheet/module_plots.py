"""Picture of a sheet about modules: how far each lies from the others, and where it drifts.

In: what a sheet is made from, a language. Out: a plot with a sentence and a table.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language
from battery_passport.web.sheet.drawing import Chart, axis
from battery_passport.web.sheet.model import Plot
from battery_passport.web.sheet.ports import SheetSources
from battery_passport.web.sheet.reading import moment, number, part, parts
from battery_passport.web.sheet.words import method_text, why_not

_LEAST_SPREAD_MV = 20.0
_FAR_SCORE = 6.0
_SHOWN = 5


def modules_plot(sources: SheetSources, language: Language) -> Plot:
    """Return how far each module lies from the others at rest, the worst named."""
    text = language.text
    title = text("Modules against each other at rest")
    modules = part(sources.diagnosis, "modules")
    placed = [each for each in parts(modules.get("modules")) if _apart_mv(each) is not None]
    if not placed:
        reason = (
            why_not(modules, language)
            if "reason_code" in modules
            else text("This diagnosis was made before modules were compared.")
        )
        return Plot(key="modules", title=title, why_not=reason)
    worst = part(modules, "worst")
    far = [each for each in placed if abs(number(each.get("score")) or 0.0) >= _FAR_SCORE]
    chart = Chart(
        axis(text("Module"), [1.0, *(_number(each) for each in placed)]),
        axis(
            text("From the other modules, mV"),
            [_apart_mv(each) or 0.0 for each in placed],
            least_span=_LEAST_SPREAD_MV,
        ),
    )
    chart.line([(chart.across.low, 0.0), (chart.across.high, 0.0)], kind="other")
    for kind, shown in (("own", [each for each in placed if each not in far]), ("bad", far)):
        chart.dots([(_number(each), _apart_mv(each) or 0.0) for each in shown], kind=kind)
    chart.label(
        _number(worst),
        _apart_mv(worst) or 0.0,
        text("Module %(number)s", number=int(_number(worst))),
        kind="bad" if worst in far else "other",
    )
    said = text(
        "%(count)s modules; the one furthest from the others is module %(module)s (cells "
        "%(first)s to %(last)s): %(apart)s mV, %(score)s times the usual distance.",
        count=len(placed),
        module=int(_number(worst)),
        first=int(number(worst.get("first_cell")) or 0),
        last=int(number(worst.get("last_cell")) or 0),
        apart=language.number(_apart_mv(worst) or 0.0),
        score=language.number(abs(number(worst.get("score")) or 0.0)),
    )
    return Plot(
        key="modules",
        title=title,
        svg=chart.svg(said),
        said=said,
        origin=_origin(modules, language),
        headings=(
            text("Module"),
            text("Cells"),
            text("From the other modules"),
            text("Drift a month"),
        ),
        rows=tuple(_row(each, language) for each in sorted(placed, key=_by_score)[:_SHOWN]),
    )


def _apart_mv(module: JsonObject) -> float | None:
    return number(module.get("deviation_mv"))


def _number(module: JsonObject) -> float:
    return number(module.get("module")) or 0.0


def _by_score(module: JsonObject) -> float:
    return -abs(number(module.get("score")) or 0.0)


def _row(module: JsonObject, language: Language) -> tuple[str, ...]:
    drift_mv = number(module.get("drift_mv_a_month"))
    return (
        language.text("Module %(number)s", number=int(_number(module))),
        f"{module.get('first_cell')} – {module.get('last_cell')}",
        f"{language.number(_apart_mv(module) or 0.0)} mV",
        "–" if drift_mv is None else f"{language.number(drift_mv)} mV",
    )


def _origin(modules: JsonObject, language: Language) -> str:
    at = moment(modules.get("until"))
    return language.text(
        "Middle of %(rests)s rests of two weeks, until %(day)s, %(method)s; where a module stands "
        "has no interval.",
        rests=int(number(modules.get("rests")) or 0),
        day="–" if at is None else language.day_of(at),
        method=method_text(modules.get("method"), modules.get("version"), language),
    )
