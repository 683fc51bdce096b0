"""What a reader may ask for in vain.

In: a message. Out: errors with a code and a remedy.
"""

from battery_passport.foundation.errors import InvalidInput, NotFound


class PassportNotFound(NotFound):
    """The battery has no passport here."""

    code = "passport-not-found"
    remedy = "Check every digit against the label on the battery."


class VersionNotFound(NotFound):
    """The passport has no such version, or had none yet at that time."""

    code = "version-not-found"
    remedy = "GET /v1/versions/{gtin}/{serial} lists the versions there are."


class ModelNotFound(NotFound):
    """No battery model is registered under that id."""

    code = "model-not-found"
    remedy = "Go back to the list of models."


class KeyReused(InvalidInput):
    """An idempotency key came with another request before; nothing was done."""

    code = "idempotency-key-reused"
    remedy = "Send the first request again unchanged, or choose a new key for a new request."
