"""The one lost key that waits to be judged.

In: an installation. Out: the wish's number and the digest that members sign.
"""

from dataclasses import dataclass

from battery_passport.assembly.installation import Installation
from tests.factories.installation import run


@dataclass(frozen=True)
class Wish:
    request: str
    digest: bytes


def only_wish(installation: Installation) -> Wish:
    wishes = run(installation, "ledger-wishes")["wishes"]
    assert isinstance(wishes, list)
    [wish] = wishes
    assert isinstance(wish, dict)
    return Wish(str(wish["request"]), bytes.fromhex(str(wish["digest"]).removeprefix("0x")))
