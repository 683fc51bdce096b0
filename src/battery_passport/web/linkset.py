"""What the GS1 Digital Link leads to: the page, the JSON document, the proof and their link set.

In: an identifier and the installation's address. Out: an RFC 9264 link set.
Source: GS1 Digital Link resolution 1.1; RFC 9264 §4.2.
"""

from urllib.parse import quote

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.web.language import LANGUAGE_NAMES

LINKSET_MEDIA_TYPE = "application/linkset+json"
LINKSET_REQUESTS = frozenset({"all", "linkset"})
"""The values of `linkType` that ask for the link set itself."""

GS1 = "https://ref.gs1.org/voc/"


def build_linkset(identifier: BatteryIdentifier, *, public_address: str) -> JsonObject:
    """Return the link set of one battery."""
    anchor = f"{public_address}/{identifier.path}"
    resource = f"{identifier.gtin}/{quote(identifier.serial, safe='')}"
    page: JsonValue = [
        {
            "href": anchor,
            "title": "Battery passport",
            "type": "text/html",
            "hreflang": list(LANGUAGE_NAMES),
        }
    ]
    document: JsonValue = {
        "href": f"{public_address}/v1/passports/{resource}",
        "title": "Battery passport, public part",
        "type": "application/json",
    }
    proof: JsonValue = {
        "href": f"{public_address}/v1/proofs/{resource}",
        "title": "Proof file",
        "type": "application/json",
    }
    links: JsonObject = {
        "anchor": anchor,
        f"{GS1}defaultLink": page,
        f"{GS1}pip": page,
        f"{GS1}masterData": [document],
        f"{GS1}certificationInfo": [proof],
    }
    return {"linkset": [links]}
