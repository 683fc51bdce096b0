"""A battery's diagnostic sheet on paper, as an operation.

In: a battery, a language. Out: the document, base64.
"""

from base64 import b64encode

from battery_passport.adapters.documents.setting import Typesetter
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.locating import node_modules
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.sheets.book import SheetMaker
from battery_passport.assembly.sites.consoles.fleet import SqlFleetBook
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import LANGUAGE_NAMES, load_language
from battery_passport.web.sheet.content import sheet_of
from battery_passport.web.sheet.paper import TEMPLATE, paper_of


class UnknownLanguage(InvalidInput):
    """Documents are written in Korean and English."""

    code = "unknown-language"
    remedy = "Name ko or en."


def set_sheet(installation: Installation, request: JsonObject) -> JsonObject:
    """Set a battery's sheet in type, as new as everything that came in before."""
    asked = Asked(request)
    code = asked.text("language")
    if code not in LANGUAGE_NAMES:
        raise UnknownLanguage(f"There is no language {code[:20]!r}.")
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
    installation.pipeline.settle()
    book = SheetMaker(installation, SqlFleetBook(installation))
    sources = book.newest(battery.battery_id)
    now, language = installation.clock.now(), load_language(code)
    document = paper_of(sheet_of(sources, language, now=now), language)
    made = Typesetter(node_modules(installation.settings)).pdf(TEMPLATE, document, made_at=now)
    return {
        "battery": str(battery.identifier),
        "language": code,
        "diagnosed_at": sources.diagnosed_at.isoformat(),
        "pdf": b64encode(made).decode("ascii"),
    }
