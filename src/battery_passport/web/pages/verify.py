"""The page that explains how to check a passport oneself, without this platform.

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
