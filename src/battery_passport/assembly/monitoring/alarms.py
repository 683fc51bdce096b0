"""Tells people that something does not hold: in the log, by mail and at an address for machines.

In: a finding, the settings. Out: a line at level error, letters, and a POST of JSON; whether those
arrive changes nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from battery_passport.access.letters import Letter
from battery_passport.assembly.home import Home
from battery_passport.assembly.letters import Mail, Postman, choose_mail
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock, format_utc

_LOG = logging.getLogger(__name__)
_TIMEOUT_S = 10.0
_SUBJECT = "배터리 여권 경보: 기록이 맞지 않습니다 / Battery passport alarm: records do not hold"
_TEXT = """감시 프로그램이 이상을 찾았습니다. 서명을 멈추고, 기록을 그대로 보존하세요.
The monitor found something wrong. Stop signing, and keep everything as it is.

{finding}

로그 / Log: {origin}
시각 / Time: {at}
다음에 할 일 / What to do: docs/how-to/respond-to-an-incident.md
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPost:
    """Who is told, and how letters are sent; neither if nobody is named."""

    clock: Clock
    webhook_url: str = ""
    recipients: Sequence[str] = ()
    mail: Mail | None = None


def alarm_post(settings: Settings, clock: Clock) -> AlarmPost:
    """Return whom the settings name.

    Raises: MailServerMisnamed, InsecureOutboxInProduction if there is nothing to send letters with.
    """
    recipients = settings.alarm_mail
    return AlarmPost(
        clock=clock,
        webhook_url=settings.alarm_webhook_url,
        recipients=recipients,
        mail=choose_mail(settings, Home(settings.home), clock) if recipients else None,
    )


def raise_alarm(finding: str, *, origin: str, post: AlarmPost) -> None:
    """Tell of a finding about the log of that origin; return once everything was tried."""
    _LOG.error("ALARM: the log %s does not hold: %s", origin, finding, extra={"alarm": "monitor"})
    at = format_utc(post.clock.now())
    _call(post.webhook_url, {"alarm": "monitor", "origin": origin, "finding": finding, "at": at})
    if post.mail is not None:
        text = _TEXT.format(finding=finding, origin=origin, at=at)
        postman = Postman(post.mail)
        postman.take([Letter(to=each, subject=_SUBJECT, text=text) for each in post.recipients])
        postman.settle()


def _call(url: str, document: dict[str, str]) -> None:
    if not url:
        return
    try:
        httpx.post(url, json=document, timeout=_TIMEOUT_S).raise_for_status()
    except httpx.HTTPError as error:
        _LOG.error("the alarm could not be handed to the webhook: %r", error)
