"""Valid signers, payloads and SD-JWTs; a test states only what it varies.

In: nothing. Out: credentials that verify.
"""

from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.jws import KeyFinder
from battery_passport.credentials.sd_jwt import SdJwt, issue_sd_jwt
from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.strict_json import JsonObject, JsonValue

SECTIONS: dict[str, JsonValue] = {
    "annex-xiii-2": {"45": {"value": "NMC622"}},
    "annex-xiii-3": {"50": {"value": ["report-1", "보고서"]}},
    "annex-xiii-4": {"61": {"value": 78.9, "unit": "%"}},
}


def knows(*keys: PublicKey) -> KeyFinder:
    """Return a finder that knows these keys by their names."""
    return {key.key_id: key for key in keys}.get


def make_payload() -> JsonObject:
    """Return a VCDM 2.0 payload in the shape of a passport's."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:passport.example.org",
        "validFrom": "2026-11-23T07:30:00.000Z",
        "credentialSubject": {
            "id": "https://passport.example.org/01/09506000134352/21/A1",
            "public": {"1": {"value": "A1"}},
        },
    }


def make_sd_jwt(signer: Es256Signer) -> SdJwt:
    """Return an issued SD-JWT with three disclosable sections."""
    return issue_sd_jwt(make_payload(), SECTIONS, signer, within="credentialSubject")
