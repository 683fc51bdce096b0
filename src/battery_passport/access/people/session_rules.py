"""How long a session lasts, and how its browser is called.

In: times, and what a browser says of itself. Out: whether the session is over; a short label.
Source: OWASP ASVS 5.0 V7.3.
"""

from datetime import datetime, timedelta

from battery_passport.access.records.people import Session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=1)
"""A session's last use is written down at most this often."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def is_over(session: Session, moment: datetime) -> bool:
    """Return whether the session may no longer be used."""
    idle = moment - session.last_used_at > IDLE
    return idle or moment - session.started_at > ABSOLUTE


def is_fresh(session: Session, moment: datetime) -> bool:
    """Return whether the person proved who he is a short while ago."""
    return moment - session.started_at <= FRESH


def is_to_be_noted(session: Session, moment: datetime) -> bool:
    """Return whether its last use should be written down again."""
    return moment - session.last_used_at >= NOTED_EVERY


def browser_label(user_agent: str) -> str:
    """Return a few words of our own for a browser, never what it sent."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system)))
