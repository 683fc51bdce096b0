"""How purposes of reading are called, wherever a page names one.

In: a purpose. Out: its words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.access.model import Purpose
from battery_passport.web.language import marked

PURPOSES: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.OWN_USE: marked("own use"),
        Purpose.LEGITIMATE_INTEREST: marked("legitimate interest by law"),
        Purpose.MARKET_SURVEILLANCE: marked("market surveillance"),
        Purpose.CUSTOMS_CHECK: marked("customs check"),
        Purpose.CONFORMITY_ASSESSMENT: marked("conformity assessment"),
        Purpose.CITY_OPERATION: marked("running the city's pilot"),
        Purpose.PURCHASE: marked("deciding on a purchase"),
        Purpose.RESEARCH: marked("research"),
        Purpose.SAFETY: marked("safety"),
        Purpose.ADMINISTRATION: marked("administration"),
    }
)
