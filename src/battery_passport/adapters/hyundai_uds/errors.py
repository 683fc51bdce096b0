"""What can be wrong with a response.

In: nothing. Out: an exception below `InvalidInput`.
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class ResponseRefused(InvalidInput):
    """A diagnostic response with a frame that is broken, missing, repeated or out of order."""

    code: ClassVar[str] = "uds-response-refused"
    remedy: ClassVar[str] = "Record the response again; half a response says nothing certain."
