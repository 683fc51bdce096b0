"""What the templates of devices are given.

In: a device in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term


@dataclass(frozen=True, slots=True)
class Way:
    """An act that can be begun from a device's page."""

    address: str
    title: str
    primary: bool = False
    dangerous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage(ConsolePage):
    """The context of `consoles/devices/device.html`."""

    template: ClassVar[str] = "consoles/devices/device.html"
    back: str
    standing: str
    standing_tone: str
    terms: tuple[Term, ...]
    ways: tuple[Way, ...]
    steps: tuple[Term, ...]
    keys: ListView
    batches: ListView


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(ConsolePage):
    """The context of `consoles/devices/code.html`: a one-time code, shown this once."""

    template: ClassVar[str] = "consoles/devices/code.html"
    back: str
    back_text: str
    again: str
    terms: tuple[Term, ...]
    code: str
    qr: str
    command: str
    expires: str
