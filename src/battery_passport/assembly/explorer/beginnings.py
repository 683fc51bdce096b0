"""Where the ways of signed statements begin: the batches they rest on, or who measured.

In: a statement's payload. Out: a `Beginning`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.measurement import read_measurement
from battery_passport.proof.model import FIGURES_STATEMENT
from battery_passport.proof.statement import health_claims, named_evidence, stated_claims
from battery_passport.web.explorer.record_views import Beginning, RecordKind


def _of_health(payload: JsonObject) -> Beginning:
    claims = health_claims(payload)
    return Beginning(
        batches=len(named_evidence(payload).batches),
        charges=int(str(claims.get("charges") or 0)),
        method=f"{claims.get('method')} {claims.get('version')}",
    )


def _of_figures(payload: JsonObject) -> Beginning:
    figures = stated_claims(payload, FIGURES_STATEMENT).get("figures")
    return Beginning(
        batches=len(named_evidence(payload, FIGURES_STATEMENT).batches),
        figures=len(figures) if isinstance(figures, dict) else 0,
    )


def _of_measurement(payload: JsonObject) -> Beginning:
    measured = read_measurement(payload)
    return Beginning(recorded_by=measured.organisation, issuer=str(payload["issuer"]))


BEGINNINGS: Mapping[RecordKind, Callable[[JsonObject], Beginning]] = MappingProxyType(
    {
        RecordKind.STATEMENT: _of_health,
        RecordKind.FIGURES: _of_figures,
        RecordKind.MEASUREMENT: _of_measurement,
    }
)
"""What stands at the beginning of a statement's way, by its kind."""
