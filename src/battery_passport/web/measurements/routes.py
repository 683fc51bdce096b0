"""The page of a battery's measurements, for whoever may see them.

In: requests that name a battery and a time. Out: the page.
"""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.policy.reading import usual_purpose
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.frame.describing import SUBPATH, name_of, page_of
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import marked
from battery_passport.web.measurements.documents import NOTICE_MV, cells_of
from battery_passport.web.measurements.page import (
    MeasurementsPage,
    SpanLink,
    cell_rows,
    cells_said,
    facts_of,
    field_time,
    left_out_said,
    pictures_of,
    table_of,
    time_in_field,
)
from battery_passport.web.measurements.ports import MeasurementBook, Window
from battery_passport.web.session import principal_of

BASE = "/telemetry"
ACTION, SHEET = "telemetry.read", "diagnosis.read"
LENGTHS: dict[str, tuple[str, int]] = {
    "day": (marked("One day"), 24 * HOUR_MS),
    "week": (marked("One week"), 7 * 24 * HOUR_MS),
    "month": (marked("One month"), 31 * 24 * HOUR_MS),
    "year": (marked("One year"), 366 * 24 * HOUR_MS),
}
CHARGE = "charge"
USUAL = "week"
LONGEST_MS = 5 * 366 * 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Asked:
    """The window that was asked for, by which word, and whether it follows new measurements."""

    window: Window
    chosen: str
    follows: bool


@dataclass(frozen=True, slots=True)
class MeasurementsDesk:
    """Endpoint of a battery's measurements."""

    desk: Desk
    book: MeasurementBook

    def page(self, request: Request) -> Response:
        """Return curves and heat map of the window that was asked for."""
        card = self.desk.card(request)
        purpose = usual_purpose(principal_of(request), card.resource)
        authorize(request, ACTION, card.resource, purpose)
        shell = self.desk.frame.shell(request, None)
        language, text = shell.language, shell.language.text
        asked = self._asked(request, card.battery_id)
        measured = self.book.measured(card.battery_id, asked.window)
        cells = cells_of(measured.sums)
        headings, rows = table_of(measured, language)
        start_ms, end_ms = asked.window
        source = f"/v1/batteries/{card.identifier.gtin}/{card.identifier.serial}/measurements"
        page = MeasurementsPage(
            shell=shell,
            title=text("Measurements of %(battery)s", battery=name_of(card, language)),
            lead=text("As the battery's own devices measured them. Korean time (KST, UTC+9)."),
            identifier=str(card.identifier),
            action=shell.path,
            language=language.code if shell.chosen_by_hand else "",
            since=field_time(start_ms),
            until=field_time(end_ms),
            spans=_links(asked.chosen, shell),
            source=f"{source}?from={start_ms}&to={end_ms}",
            follows=asked.follows,
            words=facts_of(measured, language),
            pictures=pictures_of(measured, language),
            cells_said=cells_said(measured.sums, cells, language),
            cells_count=int(measured.sums.cell_sums.shape[1]),
            notice_mv=NOTICE_MV,
            cell_rows=cell_rows(measured.sums, language),
            headings=headings,
            rows=rows,
            left_out=left_out_said(measured.sums.left_out, language),
            passport=shell.address(f"/{card.identifier.path}") if card.has_passport else "",
            sheet=shell.address(page_of("/diagnosis", card))
            if may(request, SHEET, card.resource, purpose)
            else "",
        )
        return self.desk.frame.answer(page)

    def _asked(self, request: Request, battery_id: UUID) -> Asked:
        query = request.query_params
        start, end = (time_in_field(query.get(name, "")) for name in ("from", "to"))
        if start is not None and end is not None and 0 < end - start <= LONGEST_MS:
            return Asked((start, end), "", follows=False)
        chosen = query.get("span", USUAL)
        if chosen == CHARGE:
            charge = self.book.last_charge(battery_id)
            if charge is not None:
                return Asked(charge, CHARGE, follows=False)
        chosen = chosen if chosen in LENGTHS else USUAL
        latest = self.book.latest(battery_id)
        until = int(self.desk.clock.now().timestamp() * 1_000) if latest is None else latest + 1
        return Asked((until - LENGTHS[chosen][1], until), chosen, follows=True)


def _links(chosen: str, shell: ConsoleShell) -> tuple[SpanLink, ...]:
    titles = {CHARGE: marked("Last charge"), **{key: title for key, (title, _) in LENGTHS.items()}}
    return tuple(
        SpanLink(shell.language.text(title), shell.address(shell.path, span=key), key == chosen)
        for key, title in titles.items()
    )


def measurement_routes(desk: Desk, book: MeasurementBook) -> list[ActionRoute]:
    """Return the route of the page."""
    pages = MeasurementsDesk(desk, book)
    return [ActionRoute(f"{BASE}{SUBPATH}", pages.page, action=ACTION)]
