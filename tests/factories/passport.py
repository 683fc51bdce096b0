"""Valid passport inputs and content; a test states only what it varies."""

from collections.abc import Iterable
from datetime import datetime

from battery_passport.lifecycle.model import Event
from battery_passport.passport.building import IssueTerms, PassportContent, build_passport
from battery_passport.passport.collecting import PassportSubject
from battery_passport.registry.model import Battery, BatteryModel
from tests.factories.lifecycle import on_day
from tests.factories.registry import make_battery, make_model, make_organisation

ISSUER = "did:web:passport.example"
RESOLVER = "https://passport.example"


def make_subject(
    *, battery: Battery | None = None, model: BatteryModel | None = None
) -> PassportSubject:
    return PassportSubject(
        battery=battery or make_battery(),
        model=model or make_model(),
        operator=make_organisation(),
        manufacturer=make_organisation("demo-cells", "Demo Cells"),
    )


def make_unmodelled_subject() -> PassportSubject:
    return PassportSubject(
        battery=make_battery(), model=None, operator=make_organisation(), manufacturer=None
    )


def make_terms(*, version: int = 1, as_of: datetime | None = None) -> IssueTerms:
    return IssueTerms(version=version, as_of=as_of or on_day(30), issuer=ISSUER, resolver=RESOLVER)


def make_content(
    events: Iterable[Event] = (),
    *,
    subject: PassportSubject | None = None,
    terms: IssueTerms | None = None,
) -> PassportContent:
    return build_passport(subject or make_subject(), events, terms or make_terms())
