"""Members of the consortium judge lost keys.

In: requests of verbs. Out: wishes that wait, and how many approvals one has.
"""

from uuid import UUID

from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.losing import Losing
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.foundation.strict_json import JsonObject


def list_wishes(installation: Installation, _request: JsonObject) -> JsonObject:
    """Return the lost keys that wait for approvals, each with the digest that members sign."""
    return {"wishes": [*_losing(installation).wishes()]}


def approve_wish(installation: Installation, request: JsonObject) -> JsonObject:
    """Approve the replacement of a lost key: as the own organisation, or by another's signature.

    Raises: NothingToSign, SignatureNotTheirs, MessageOutdated.
    """
    asked = Asked(request)
    member, signature = asked.optional_text("member"), asked.optional_text("signature")
    if (member is None) != (signature is None):
        raise InvalidRequest("A member's address and its signature belong together.")
    try:
        wish = UUID(asked.text("request"))
        octets = bytes.fromhex((signature or "").removeprefix("0x"))
    except ValueError as error:
        raise InvalidRequest("The request's number or the signature is malformed.") from error
    told = _losing(installation).approve(wish, None if member is None else (member, octets))
    installation.pipeline.settle()
    return told


def _losing(installation: Installation) -> Losing:
    keys = installation.keys
    sealing = AesGcmSealing(
        wrapping_secret=keys.personal_data_secret, lookup_secret=keys.lookup_secret
    )
    return Losing(installation, sealing)
