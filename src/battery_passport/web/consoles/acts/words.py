"""Privileged acts in words: what each kind is called, and which kinds are nobody's business here.

In: names of acts. Out: marked texts; the sets that decide what is listed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.account.suspending import REASONS as SUSPENDING
from battery_passport.web.account.words import ROLE_WORDS
from battery_passport.web.consoles.customs.words import CASE_REASONS, RESULTS
from battery_passport.web.language import marked
from battery_passport.web.reading.purpose_words import PURPOSES

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "organisation-applied": marked("Organisation applied"),
        "organisation-approved": marked("Organisation approved"),
        "organisation-refused": marked("Organisation refused"),
        "organisation-suspended": marked("Organisation suspended"),
        "provider-set": marked("Sign-in provider set"),
        "member-invited": marked("Member invited"),
        "invitation-withdrawn": marked("Invitation withdrawn"),
        "member-joined": marked("Member joined"),
        "role-changed": marked("Roles of a member changed"),
        "membership-ended": marked("Membership ended"),
        "key-issued": marked("Key for a machine issued"),
        "key-revoked": marked("Key for a machine revoked"),
        "client-registered": marked("Machine registered"),
        "client-revoked": marked("Machine revoked"),
        "claim-code-made": marked("Claim code handed out"),
        "battery-looked-at": marked("Closed part of a passport read"),
        "device-code-made": marked("Code for a collection device made"),
        "device-moved": marked("Collection device moved to another battery"),
        "device-suspended": marked("Collection device suspended"),
        "device-suspension-lifted": marked("Collection device taken into service again"),
        "device-retired": marked("Collection device taken out of service"),
        "device-key-rotated": marked("Collection device renewed its key"),
        "charging-site-set": marked("Charging site set"),
        "charger-added": marked("Charger added"),
        "charger-removed": marked("Charger removed"),
        "charging-stop-ordered": marked("Charging session stopped"),
        "charging-limit-ordered": marked("Charging session limited"),
        "battery-bound": marked("Battery bound to a gateway"),
        "battery-unbound": marked("Battery no longer bound to a gateway"),
        "platform-added": marked("Vehicle platform added"),
        "platform-removed": marked("Vehicle platform removed"),
        "passport-revoked": marked("Version of a passport revoked"),
        "passkeys-asked": marked("Passkeys reported lost"),
        "passkeys-vouched": marked("Administrator vouched for a member"),
        "passkeys-reset": marked("Passkeys removed after two had vouched"),
        "passkeys-refused": marked("Request about lost passkeys ended"),
        "customs-case-opened": marked("Customs case opened"),
        "customs-case-closed": marked("Customs case closed"),
        "customs-checked": marked("Customs check recorded"),
    }
)
"""Acts of organisations and their members, in one city."""

SHARED_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "batch-judged": marked("Batch in quarantine judged"),
        "city-added": marked("City added"),
        "key-announced": marked("Next key of the installation announced"),
        "key-rotated": marked("Key of the installation rotated"),
        "keystore-protected": marked("Keystore protected anew"),
    }
)
"""Acts that concern the whole installation, listed in every city."""

DETAILS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "roles": {each.value: title for each, title in ROLE_WORDS.items()},
        "viewer": {each.value: title for each, title in ROLE_WORDS.items()},
        "purpose": {each.value: title for each, title in PURPOSES.items()},
        "result": {each.value: title for each, (title, _tone) in RESULTS.items()},
        "reason": {
            **{each.value: title for each, title in SUSPENDING.items()},
            **{each.value: title for each, title in CASE_REASONS.items()},
        },
    }
)
"""Codes of acts that say something to a reader."""

OWNERS_OWN = frozenset(
    {
        "battery-claimed",
        "ownership-ended",
        "grant-created",
        "grant-revoked",
        "consent-given",
        "consent-withdrawn",
        "person-exported",
        "person-erased",
        "password-changed",
        "passkey-added",
        "passkey-removed",
        "provider-joined",
        "ledger-key-taken",
        "ledger-transferred",
        "ledger-organisation-appointed",
        "ledger-rebinding-asked",
        "ledger-rebinding-approved",
        "ledger-rebinding-objected",
        "ledger-rebound",
    }
)
"""What people decide about themselves and their own batteries: they read it, nobody else."""
