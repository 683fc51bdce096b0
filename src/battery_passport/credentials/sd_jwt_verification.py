"""Checking of SD-JWT presentations: signature, then every disclosure against its digest.

In: a presentation and a way to find keys. Out: the payload with the disclosed members in place.
Source: RFC 9901 §7.1, §7.3.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from battery_passport.credentials.errors import MalformedToken, RefusedDisclosure
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.jws import KeyFinder, verify_jws
from battery_passport.credentials.sd_jwt import (
    DIGESTS_MEMBER,
    ELEMENT_MEMBER,
    HASH_MEMBER,
    HASH_NAME,
    Disclosure,
    parse_disclosure,
    split_presentation,
)
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import (
    MAX_DEPTH,
    JsonObject,
    JsonValue,
    parse_json_object,
)


@dataclass(frozen=True, slots=True)
class VerifiedSdJwt:
    """A presentation that held: header, processed payload, what it disclosed and who signed it."""

    header: JsonObject
    payload: JsonObject
    disclosed_names: tuple[str, ...]
    issuer_jwt: str
    key: PublicKey


def verify_sd_jwt(
    presentation: str,
    find_key: KeyFinder,
    *,
    algorithms: Collection[str] = ("ES256",),
    low_s: bool = True,
) -> VerifiedSdJwt:
    """Return the payload of a presentation in which nothing is unsigned.

    Raises: MalformedToken, RefusedAlgorithm, UnknownSigningKey, SignatureMismatch, or
    RefusedDisclosure for a digest that occurs twice, a disclosure no digest refers to, or a
    member that is disclosed under a reserved or an already used name.
    """
    issuer_jwt, encoded = split_presentation(presentation)
    verified = verify_jws(issuer_jwt, find_key, algorithms=algorithms, low_s=low_s)
    payload, names = open_disclosures(verified.payload, encoded)
    return VerifiedSdJwt(verified.header, payload, names, issuer_jwt, verified.key)


def open_disclosures(
    payload: bytes, encoded_disclosures: Iterable[str]
) -> tuple[JsonObject, tuple[str, ...]]:
    """Return the processed payload and the names of the disclosed members, as they occur.

    Raises: MalformedToken, RefusedDisclosure.
    """
    try:
        members = parse_json_object(payload)
    except InvalidInput as error:
        raise MalformedToken(f"The token's payload cannot be read: {error.message}") from error
    hash_name = members.pop(HASH_MEMBER, HASH_NAME)
    if hash_name != HASH_NAME:
        raise RefusedDisclosure(f"The disclosures are hashed by {hash_name!r}, not {HASH_NAME}.")
    opening = _Opening(encoded_disclosures)
    processed = opening.object(members)
    opening.refuse_unreferenced()
    return processed, tuple(opening.disclosed_names)


class _Opening:
    """One walk over a payload that puts disclosures in the place of their digests."""

    def __init__(self, encoded_disclosures: Iterable[str]) -> None:
        self.disclosed_names: list[str] = []
        self._waiting: dict[str, Disclosure] = {}
        self._seen: set[str] = set()
        self._depth = 0
        for encoded in encoded_disclosures:
            disclosure = parse_disclosure(encoded)
            if disclosure.digest in self._waiting:
                raise RefusedDisclosure("A disclosure is given twice.")
            self._waiting[disclosure.digest] = disclosure

    def refuse_unreferenced(self) -> None:
        if self._waiting:
            name = next(iter(self._waiting.values())).name
            raise RefusedDisclosure(f"The disclosure of {name!r} belongs to nothing signed.")

    def value(self, value: JsonValue) -> JsonValue:
        # Counted, because the interpreter's own limit may have been raised by others.
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RefusedDisclosure("The disclosures are nested too deeply.")
        if isinstance(value, dict):
            value = self.object(value)
        elif isinstance(value, list):
            value = self._array(value)
        self._depth -= 1
        return value

    def object(self, members: JsonObject) -> JsonObject:
        if ELEMENT_MEMBER in members:
            raise RefusedDisclosure(f"The member {ELEMENT_MEMBER!r} stands outside an array.")
        digests = members.get(DIGESTS_MEMBER, [])
        if not isinstance(digests, list):
            raise RefusedDisclosure(f"The member {DIGESTS_MEMBER!r} is not a list of digests.")
        clear = {
            name: self.value(value) for name, value in members.items() if name != DIGESTS_MEMBER
        }
        for digest in digests:
            self._insert(self._take(digest), clear)
        return clear

    def _insert(self, disclosure: Disclosure | None, clear: JsonObject) -> None:
        if disclosure is None:
            return
        if disclosure.name is None or disclosure.name in clear:
            raise RefusedDisclosure(f"The member {disclosure.name!r} is there already or unnamed.")
        self.disclosed_names.append(disclosure.name)
        clear[disclosure.name] = self.value(disclosure.value)

    def _array(self, elements: list[JsonValue]) -> list[JsonValue]:
        opened: list[JsonValue] = []
        for element in elements:
            if not (isinstance(element, dict) and ELEMENT_MEMBER in element):
                opened.append(self.value(element))
                continue
            if len(element) != 1:
                raise RefusedDisclosure("A hidden array element has further members.")
            disclosure = self._take(element[ELEMENT_MEMBER])
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise RefusedDisclosure(f"The member {disclosure.name!r} stands in an array.")
            opened.append(self.value(disclosure.value))
        return opened

    def _take(self, digest: JsonValue) -> Disclosure | None:
        if not isinstance(digest, str):
            raise RefusedDisclosure("A digest is not a text.")
        if digest in self._seen:
            raise RefusedDisclosure("A digest occurs twice.")
        self._seen.add(digest)
        return self._waiting.pop(digest, None)
