"""The context of the page of a diagnostic sheet, and of the page that says it is being made.

In: nothing. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.sheet.model import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticSheetPage(ConsolePage):
    """The context of `sheet/battery.html`."""

    template: ClassVar[str] = "sheet/battery.html"
    sheet: Sheet
    pdf_link: str
    measurements: str
    passport: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBeingMadePage(ConsolePage):
    """The context of `sheet/being_made.html`."""

    template: ClassVar[str] = "sheet/being_made.html"
    again: str
