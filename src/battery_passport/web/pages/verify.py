"""The page on which a passport is checked by the visitor's own browser, or without this platform.

In: a shell. Out: the page's typed context.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.pages.layout import Shell


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """The context of `verify.html`."""

    template: ClassVar[str] = "verify.html"
    shell: Shell
    trust_address: str = "/v1/trust"
    offline_address: str = "/verify/offline.html"
