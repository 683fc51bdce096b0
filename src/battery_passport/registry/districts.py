"""The districts that a pilot is told apart by: the finest place that the platform knows of a car.

In: nothing. Out: codes and names by city.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class District:
    """A district of a city, by its administrative code of 2018."""

    code: str
    name_ko: str
    name_en: str


BUSAN: tuple[District, ...] = (
    District("21010", "중구", "Jung-gu"),
    District("21020", "서구", "Seo-gu"),
    District("21030", "동구", "Dong-gu"),
    District("21040", "영도구", "Yeongdo-gu"),
    District("21050", "부산진구", "Busanjin-gu"),
    District("21060", "동래구", "Dongnae-gu"),
    District("21070", "남구", "Nam-gu"),
    District("21080", "북구", "Buk-gu"),
    District("21090", "해운대구", "Haeundae-gu"),
    District("21100", "사하구", "Saha-gu"),
    District("21110", "금정구", "Geumjeong-gu"),
    District("21120", "강서구", "Gangseo-gu"),
    District("21130", "연제구", "Yeonje-gu"),
    District("21140", "수영구", "Suyeong-gu"),
    District("21150", "사상구", "Sasang-gu"),
    District("21310", "기장군", "Gijang-gun"),
)

DISTRICTS_OF: Mapping[str, tuple[District, ...]] = MappingProxyType({"busan": BUSAN})
"""By the short name of the city."""

DISTRICT_BY_CODE: Mapping[str, District] = MappingProxyType(
    {each.code: each for districts in DISTRICTS_OF.values() for each in districts}
)
