"""Chargers and their sites, as an operator enters them, and what became of them.

In: requests of verbs. Out: what was entered; a new charger's password, which is shown once.
"""

import re
import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import Act
from battery_passport.adapters.ocpp.central import CHARGE_POINT
from battery_passport.adapters.ocpp.rows import Supply
from battery_passport.adapters.sql.charge_points import (
    ChargePointStore,
    StoredChargePoint,
    StoredSite,
)
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.adapters.sql.gateway_reports import GatewayReport, GatewayReportStore
from battery_passport.adapters.sql.kept_readings import KeptReading, KeptStore, Refused
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.gateways.process import hasher_of
from battery_passport.assembly.gateways.reports import SILENT_AFTER
from battery_passport.assembly.gateways.subjects import shown
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_SITE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PASSWORD_BYTES = 20
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 16, 64
_SHOWN_AT_ONCE = 100


class UnknownCharger(NotFound):
    """No charger of that name was entered."""

    code = "unknown-charger"
    remedy = "Enter it with `ocpp charger add`."


def set_site(installation: Installation, request: JsonObject) -> JsonObject:
    """Enter a site, or change its policy."""
    asked = Asked(request)
    power_kw, soc_percent = asked.optional_number("power_kw"), asked.optional_number("soc_percent")
    site = StoredSite(
        site=_site_name(asked.text("site")),
        power_w=None if power_kw is None else _within(power_kw, 0, 10_000) * 1_000,
        soc_ratio=None if soc_percent is None else _within(soc_percent, 1, 100) / 100,
        known_only=asked.flag("known_only"),
    )
    moment = installation.clock.now()
    with installation.database.write() as connection:
        site = replace(site, operator_id=_operator(connection, asked.optional_text("operator")))
        ChargePointStore(connection).set_site(site, moment)
        record_act(connection, Act(name="charging-site-set", details={"site": site.site}), moment)
    installation.pipeline.settle()
    return {
        "site": site.site,
        "power_kw": power_kw,
        "soc_percent": soc_percent,
        "known_only": site.known_only,
        "operator": asked.optional_text("operator"),
    }


def add_charger(installation: Installation, request: JsonObject) -> JsonObject:
    """Enter a charger, or give it another site, supply and password."""
    asked = Asked(request)
    name, site = asked.text("charger"), _site_name(asked.text("site"))
    if not CHARGE_POINT.fullmatch(name):
        raise InvalidRequest(f"{name[:60]!r} is no name that OCPP lets a charger have.")
    supply = asked.optional_text("supply") or Supply.DIRECT.value
    if supply not in set(Supply):
        raise InvalidRequest(f"The supply is dc or ac, not {supply[:20]!r}.")
    given = asked.optional_text("password")
    password = secrets.token_urlsafe(_PASSWORD_BYTES) if given is None else _password(given)
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = ChargePointStore(connection)
        store.mention_site(site, moment)
        store.add(
            StoredChargePoint(
                charge_point=name,
                site=StoredSite(site=site),
                supply=supply,
                password=hasher_of(installation).password(name, password),
                added_at=moment,
            )
        )
        record_act(connection, Act(name="charger-added", details={"charger": name}), moment)
    installation.pipeline.settle()
    shown_once: JsonObject = {"password": password} if given is None else {}
    return {"charger": name, "site": site, "supply": supply, **shown_once}


def remove_charger(installation: Installation, request: JsonObject) -> JsonObject:
    """Let a charger in no more. Raises: UnknownCharger."""
    name, moment = Asked(request).text("charger"), installation.clock.now()
    with installation.database.write() as connection:
        if not ChargePointStore(connection).remove(name, moment):
            raise UnknownCharger(f"No charger is called {name[:60]!r}.")
        record_act(connection, Act(name="charger-removed", details={"charger": name}), moment)
    installation.pipeline.settle()
    return {"charger": name, "removed_at": format_utc(moment)}


def show_status(installation: Installation, _request: JsonObject) -> JsonObject:
    """Return gateways, chargers and the newest sessions."""
    with installation.database.read() as connection:
        reports = GatewayReportStore(connection).all()
        points = ChargePointStore(connection).all()
        sessions = SessionStore(connection).newest(_SHOWN_AT_ONCE)
    alive_since = installation.clock.now() - SILENT_AFTER
    return {
        "gateways": [
            _report(each, alive=not each.ended and each.reported_at > alive_since)
            for each in reports
        ],
        "chargers": [_point(each, alive_since) for each in points],
        "sessions": [_session(each) for each in sessions],
    }


def show_kept(installation: Installation, _request: JsonObject) -> JsonObject:
    """Return what is kept aside for want of a battery, and what was refused."""
    with installation.database.read() as connection:
        store = KeptStore(connection)
        kept, count = store.newest(_SHOWN_AT_ONCE), store.count()
        refused = store.refused(_SHOWN_AT_ONCE)
    return {
        "kept": [_kept(each) for each in kept],
        "kept_messages": count,
        "refused": [_refused(each) for each in refused],
    }


def _operator(connection: Connection, slug: str | None) -> UUID | None:
    """Return the organisation of a short name. Raises: InvalidRequest."""
    if slug is None:
        return None
    found = RegistryStore(connection).organisation_by_slug(slug)
    if found is None:
        raise InvalidRequest(f"No organisation has the short name {slug[:60]!r}.")
    return found.organisation_id


def _password(given: str) -> str:
    if not _SHORTEST_PASSWORD <= len(given) <= _LONGEST_PASSWORD or not given.isprintable():
        raise InvalidRequest("A charger's password has 16 to 64 characters that can be printed.")
    return given


def _site_name(name: str) -> str:
    if not _SITE.fullmatch(name):
        raise InvalidRequest(f"{name[:60]!r} is no name of a site: letters, digits, `.`, `_`, `-`.")
    return name


def _within(number: float, low: float, high: float) -> float:
    if not low <= number <= high:
        raise InvalidRequest(f"{number:g} is not from {low:g} to {high:g}.")
    return number


def _report(report: GatewayReport, *, alive: bool) -> JsonObject:
    figures: dict[str, JsonValue] = dict(report.figures)
    return {
        "gateway": report.gateway,
        "running": alive,
        "since": format_utc(report.started_at),
        "reported_at": format_utc(report.reported_at),
        **figures,
    }


def is_online(point: StoredChargePoint, alive_since: datetime) -> bool:
    """Return whether a charger's connection was known to stand since then."""
    return point.alive_at is not None and point.alive_at > alive_since


def _point(point: StoredChargePoint, alive_since: datetime) -> JsonObject:
    return {
        "charger": point.charge_point,
        "site": point.site.site,
        "online": is_online(point, alive_since),
        "last_heard": None if point.heard_at is None else format_utc(point.heard_at),
        "connectors": dict(point.sockets),
        "supply": point.supply,
        "ocpp": point.version,
        "vendor": point.vendor,
        "model": point.model,
        "last_boot": None if point.seen_at is None else format_utc(point.seen_at),
    }


def _session(session: StoredSession) -> JsonObject:
    soc = session.soc_ratio
    return {
        "session": session.number,
        "charger": session.charge_point,
        "connector": session.connector,
        "transaction": session.transaction,
        "state": session.state,
        "bound": session.battery_id is not None,
        "token": shown(session.subject),
        "soc_percent": None if soc is None else round(soc * 100, 2),
        "started_at": format_utc(session.started_at),
        "ended_at": None if session.ended_at is None else format_utc(session.ended_at),
    }


def _kept(reading: KeptReading) -> JsonObject:
    return {
        "gateway": reading.gateway,
        "source": reading.source,
        "of": shown(reading.subject),
        "reason": reading.reason,
        "readings": len(reading.rows),
        "received_at": format_utc(reading.received_at),
    }


def _refused(refused: Refused) -> JsonObject:
    return {
        "gateway": refused.gateway,
        "source": refused.source,
        "of": shown(refused.subject),
        "reason": refused.reason,
        "count": refused.count,
        "first_at": format_utc(refused.first_at),
        "last_at": format_utc(refused.last_at),
    }
