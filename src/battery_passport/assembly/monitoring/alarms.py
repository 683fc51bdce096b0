"""Tells people that something does not hold: in the log, and at an address that a setting names.

In: a finding. Out: a line at level error, and a POST of JSON; whether that arrives changes nothing.
"""

import logging

import httpx

from battery_passport.foundation.clock import Clock, format_utc

_LOG = logging.getLogger(__name__)
_TIMEOUT_S = 10.0


def raise_alarm(finding: str, *, origin: str, webhook_url: str, clock: Clock) -> None:
    """Tell of a finding about the log of that origin."""
    _LOG.error("ALARM: the log %s does not hold: %s", origin, finding, extra={"alarm": "monitor"})
    if not webhook_url:
        return
    document = {
        "alarm": "monitor",
        "origin": origin,
        "finding": finding,
        "at": format_utc(clock.now()),
    }
    try:
        httpx.post(webhook_url, json=document, timeout=_TIMEOUT_S).raise_for_status()
    except httpx.HTTPError as error:
        _LOG.error("the alarm could not be handed to the webhook: %r", error)
