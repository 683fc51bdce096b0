"""Checks that did not hold, by the code of their error: what it means for whoever checks.

In: codes of `proof`, `ledger` and `credentials`. Out: sentences of the catalogue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.language import marked

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "refused-disclosure": marked("A disclosed part is not what its issuer signed."),
        "refused-algorithm": marked("The token names a signature algorithm that is not accepted."),
        "signature-mismatch": marked("The signature does not fit what was signed."),
        "unknown-signing-key": marked(
            "The signature is of a key that the trust file does not name."
        ),
        "malformed-token": marked("The signed text is not in its one accepted form."),
        "status-mismatch": marked("The status list does not tell about this passport."),
        "figure-differs": marked("A stated figure is not what the named method gives."),
        "not-consistent": marked("The older state of the log is not a part of the newer one."),
        "not-in-state": marked("The file does not show that this version is the latest."),
        "unsigned-parts": marked("The file carries text that no trusted signature covers."),
        "wrong-origin": marked("The file is of another log than the expected one."),
        "not-included": marked("The passport is not under the log's root."),
        "too-few-witnesses": marked("Too few known witnesses have cosigned the log."),
        "note-not-signed": marked("The log's state has no signature of a trusted key."),
        "not-final": marked("The file does not show that the validators agreed."),
        "finality-other-network": marked("The block is of another network."),
        "finality-other-contract": marked("The anchor comes from another contract."),
        "finality-other-checkpoint": marked("The anchor is of another state of the log."),
        "finality-too-little-power": marked("Too few validators have signed the block."),
        "finality-foreign-validator-set": marked(
            "The validators are not those that the trust file leads to."
        ),
        "required-part-missing": marked(
            "The trust file asks for a proof that the file does not hold."
        ),
        "record-mismatch": marked("The passport and its record in the log do not belong together."),
        "passport-revoked": marked("The issuer says that this version does not count any more."),
        "passport-suspended": marked("The issuer says that this version does not count for now."),
        "malformed-bundle": marked("The file is not, to the letter, of the format it claims."),
        "stored-record-altered": marked(
            "A stored record, the log or its anchors contradict each other."
        ),
        "status-expired": marked("The status was given for a time that is over."),
        "anchor-mismatch": marked("The anchor is not that of this passport."),
        "not-trusted": marked(
            "The file rests on an issuer, key or ledger that the trust file does not name."
        ),
        "evidence-mismatch": marked(
            "A measurement or device key is missing, altered, or not the one named."
        ),
    }
)
