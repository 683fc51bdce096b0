"""Says which part of a bundle an error is about.

In: the name of a part. Out: the same error with that name in front.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.proof.errors import MalformedBundle


@contextmanager
def checking(part: str) -> Iterator[None]:
    """Name the part in any error raised inside; unusable parts make the bundle invalid."""
    try:
        yield
    except VerificationFailed as error:
        raise type(error)(f"{part}: {error.message}", remedy=error.next_step) from error
    except InvalidInput as error:
        raise MalformedBundle(f"{part}: {error.message}") from error
