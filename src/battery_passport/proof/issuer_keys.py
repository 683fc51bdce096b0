"""The issuer keys of a bundle: read strictly, all of them used, all of them trusted.

In: JWKs of a bundle, credentials that were opened, a trust file. Out: keys by name.
"""

from collections.abc import Iterable, Mapping

from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.proof.errors import MalformedBundle, NotTrusted
from battery_passport.proof.model import Bundle
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.wording import checking


def read_issuer_keys(bundle: Bundle) -> Mapping[str, PublicKey]:
    """Return the bundle's issuer keys by name.

    Raises: MalformedBundle for a malformed key, a name given twice, or members that bind nothing.
    """
    found: dict[str, PublicKey] = {}
    for jwk in bundle.issuer_keys:
        with checking("An issuer key"):
            key = parse_jwk(jwk)
        if key.key_id is None or key.key_id in found:
            raise MalformedBundle("An issuer key has no kid, or the kid of another.")
        if key.as_jwk() != jwk:
            raise MalformedBundle(
                f"The issuer key {key.key_id!r} has members beyond the key itself."
            )
        found[key.key_id] = key
    return found


def check_issuer_keys_trusted(keys: Iterable[PublicKey], trust: TrustFile) -> None:
    """Return if each key is in the trust file, by name and by value. Raises: NotTrusted."""
    trusted = {each.key for each in trust.keys}
    for key in keys:
        if key not in trusted:
            known = ", ".join(sorted({str(each.key_id) for each in trusted})) or "none"
            raise NotTrusted(
                f"The issuer key {key.key_id!r} ({key.thumbprint}) is not in the trust file, "
                f"which names {known}."
            )


def check_issuer_keys_used(keys: Mapping[str, PublicKey], used: Iterable[PublicKey]) -> None:
    """Return if each key signed a credential of the bundle. Raises: MalformedBundle."""
    surplus = sorted(set(keys) - {str(key.key_id) for key in used})
    if surplus:
        raise MalformedBundle(f"The issuer key {surplus[0]!r} signed nothing in the bundle.")
