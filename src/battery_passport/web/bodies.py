"""How large a request may be.

In: nothing. Out: the limit, and the refusal of what is beyond it.
Source: RFC 9110 §15.5.14.
"""

from battery_passport.foundation.errors import InvalidInput

MAX_BODY_BYTES = 4 << 20
"""The largest thing anybody sends to a page or the interface is a list of batteries; forms have
a tighter limit of their own, and so have batches."""


class RequestTooLarge(InvalidInput):
    """The body is larger than anything that is taken here."""

    code = "request-too-large"
    remedy = "Send less at once."
