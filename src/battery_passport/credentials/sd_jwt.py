"""SD-JWTs: issued with members the holder may leave out, presented without key binding.

In: payload, disclosable members and a signer. Out: an issuer-signed JWT and its disclosures.
Source: RFC 9901 §4, §5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from battery_passport.credentials.errors import MalformedToken, RefusedDisclosure
from battery_passport.credentials.jws import parse_jws, sign_jws
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.digests import random_salt, sha256
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput, NotFound
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json,
)

HASH_NAME = "sha-256"
DIGESTS_MEMBER = "_sd"
HASH_MEMBER = "_sd_alg"
ELEMENT_MEMBER = "..."
RESERVED_NAMES = frozenset({DIGESTS_MEMBER, ELEMENT_MEMBER, HASH_MEMBER})
MEDIA_TYPE = "vc+sd-jwt"


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An issuer-signed JWT with the disclosures, by name, that its holder has."""

    issuer_jwt: str
    disclosures: Mapping[str, str]

    def present(self, names: Iterable[str] = ()) -> str:
        """Return the presentation that discloses exactly the named members.

        Raises: NotFound if a disclosure is not there, because none was made or it was erased.
        """
        chosen = list(dict.fromkeys(names))
        for name in chosen:
            if name not in self.disclosures:
                raise NotFound(f"The credential has no disclosure named {name!r}.")
        return "~".join([self.issuer_jwt, *(self.disclosures[name] for name in chosen), ""])


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One opened member (or, with no name, array element) and the text it was hashed as."""

    encoded: str
    name: str | None
    value: JsonValue

    @property
    def digest(self) -> str:
        """SHA-256 of the encoded text, in base64url."""
        return disclosure_digest(self.encoded)


def issue_sd_jwt(
    payload: JsonObject,
    disclosable: Mapping[str, JsonValue],
    signer: Signer,
    *,
    within: str | None = None,
    media_type: str = MEDIA_TYPE,
) -> SdJwt:
    """Return a signed payload whose disclosable members can be left out one by one.

    `within` names the payload member, an object, that they belong to; without it they belong to
    the payload itself. Each gets its own 128-bit random salt.
    Raises: RefusedDisclosure for a reserved name, or one that is already in the clear.
    """
    parent = payload if within is None else payload.get(within)
    if not isinstance(parent, dict):
        raise RefusedDisclosure(f"The payload has no object {within!r} to disclose members of.")
    for name in disclosable:
        if name in RESERVED_NAMES or name in parent:
            raise RefusedDisclosure(f"The member {name!r} cannot be made disclosable.")
    _refuse_reserved(payload)
    disclosures = {name: _make_disclosure(name, value) for name, value in disclosable.items()}
    # Sorted, so that the order of the digests says nothing about the members.
    digests = sorted(disclosure_digest(encoded) for encoded in disclosures.values())
    hidden: JsonObject = {DIGESTS_MEMBER: digests} if digests else {}
    body = {**payload, **hidden} if within is None else {**payload, within: {**parent, **hidden}}
    body[HASH_MEMBER] = HASH_NAME
    issuer_jwt = sign_jws(canonical_json(body), signer, header={"typ": media_type})
    return SdJwt(issuer_jwt=issuer_jwt, disclosures=disclosures)


def disclosure_digest(encoded: str) -> str:
    """Return the base64url SHA-256 of a disclosure's text. Source: RFC 9901 §4.2.3."""
    return base64url_encode(sha256(encoded.encode("ascii")))


def split_presentation(presentation: str) -> tuple[str, list[str]]:
    """Return the issuer-signed JWT and the disclosures' texts.

    Raises: MalformedToken if it does not end in `~`: key binding is not used here.
    """
    issuer_jwt, *rest = presentation.split("~")
    if not rest or rest[-1] != "":
        raise MalformedToken("The presentation does not end in '~'; key binding is not accepted.")
    return issuer_jwt, rest[:-1]


def parse_disclosure(encoded: str) -> Disclosure:
    """Return what a disclosure's text opens.

    Raises: RefusedDisclosure unless it is canonical base64url of a JSON array of salt, member
    name and value, or of salt and array element.
    """
    try:
        parts = parse_json(base64url_decode(encoded))
    except InvalidInput as error:
        raise RefusedDisclosure(f"A disclosure cannot be read: {error.message}") from error
    if not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
        raise RefusedDisclosure("A disclosure is not an array of salt, name and value.")
    if len(parts) == 2:
        return Disclosure(encoded, None, parts[1])
    name = parts[1]
    if not isinstance(name, str) or name in (DIGESTS_MEMBER, ELEMENT_MEMBER):
        raise RefusedDisclosure(f"A disclosure opens the member {name!r}, which is reserved.")
    return Disclosure(encoded, name, parts[2])


def load_sd_jwt(issuer_jwt: str, encoded_disclosures: Iterable[str]) -> SdJwt:
    """Return a stored SD-JWT with its member disclosures by name.

    Raises: MalformedToken, RefusedDisclosure.
    """
    parse_jws(issuer_jwt)
    named: dict[str, str] = {}
    for encoded in encoded_disclosures:
        name = parse_disclosure(encoded).name
        if name is None or name in named:
            raise RefusedDisclosure(f"The disclosure of {name!r} is not that of one member.")
        named[name] = encoded
    return SdJwt(issuer_jwt=issuer_jwt, disclosures=named)


def _make_disclosure(name: str, value: JsonValue) -> str:
    _refuse_reserved(value)
    salt = base64url_encode(random_salt())
    return base64url_encode(canonical_json([salt, name, value]))


def _refuse_reserved(value: JsonValue) -> None:
    """Raise RefusedDisclosure if a payload already uses the names SD-JWT gives meaning to."""
    waiting: list[JsonValue] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found = RESERVED_NAMES.intersection(item)
            if found:
                raise RefusedDisclosure(f"The member name {min(found)!r} is reserved.")
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
