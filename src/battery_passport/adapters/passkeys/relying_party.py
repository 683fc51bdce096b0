"""One relying party: what authenticators are asked, and whether their answers hold.

In: challenges, answers as JSON text. Out: fulfils `access.stores.people.Passkeys`.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from battery_passport.access.errors import PasskeyRefused
from battery_passport.access.records.people import Passkey
from battery_passport.access.stores.people import NewCredential, PasskeyHolder

NAME = "Battery Passport"
TIMEOUT_MS = 300_000
MAX_CREDENTIAL_ID = 1_023
_ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# What reading an answer of unknown making can raise, besides the library's own errors.
_FAULTS = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)


class RelyingParty:
    """The site at one public address, towards authenticators."""

    def __init__(self, public_address: str) -> None:
        parts = urlsplit(public_address)
        self._host = parts.hostname or "localhost"
        self._origin = f"{parts.scheme}://{parts.netloc}"

    def registration_options(self, challenge: bytes, holder: PasskeyHolder) -> str:
        """Return what a browser asks an authenticator in order to make a passkey."""
        options = generate_registration_options(
            rp_id=self._host,
            rp_name=NAME,
            user_id=holder.person_id.bytes,
            user_name=holder.email,
            user_display_name=holder.name,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(holder.known),
            supported_pub_key_algs=_ALGORITHMS,
        )
        return options_to_json(options)

    def check_registration(self, answer: str, challenge: bytes, origin: str) -> NewCredential:
        """Return the new credential.

        Raises: PasskeyRefused.
        """
        try:
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._expected_origin(origin),
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        except _FAULTS as error:
            raise PasskeyRefused("The authenticator's answer does not hold.") from error
        if not 1 <= len(verified.credential_id) <= MAX_CREDENTIAL_ID:
            raise PasskeyRefused("The authenticator's name for the passkey is too long.")
        return NewCredential(
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
        )

    def authentication_options(self, challenge: bytes) -> str:
        """Return what a browser asks any authenticator in order to sign in."""
        options = generate_authentication_options(
            rp_id=self._host,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def credential_id(self, answer: str) -> bytes:
        """Return which credential an answer names.

        Raises: PasskeyRefused.
        """
        try:
            return base64url_to_bytes(json.loads(answer)["rawId"])
        except (*_FAULTS, RecursionError) as error:
            raise PasskeyRefused("The answer of the authenticator cannot be read.") from error

    def check_authentication(
        self, answer: str, challenge: bytes, origin: str, passkey: Passkey
    ) -> int:
        """Return the new sign count.

        Raises: PasskeyRefused.
        """
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._expected_origin(origin),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _FAULTS as error:
            raise PasskeyRefused("The authenticator's answer does not hold.") from error
        return verified.new_sign_count

    def _expected_origin(self, origin: str) -> str:
        # On this very machine the port is whatever was free; it sets nobody apart there.
        parts = urlsplit(origin)
        local = self._host == "localhost" and parts.hostname == "localhost"
        return origin if local and parts.scheme in ("http", "https") else self._origin


def _descriptors(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known]
