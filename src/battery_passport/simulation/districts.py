"""The sixteen districts of Busan.

In: nothing. Out: codes and names, with the share of the city's cars.
Codes are the administrative ones of 2018; the shares are our own rough guess.
"""

from battery_passport.simulation.model import District

DISTRICTS: tuple[District, ...] = (
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

CAR_SHARES: tuple[float, ...] = (1, 3, 3, 3, 11, 8, 8, 8, 12, 9, 7, 5, 6, 5, 6, 5)
"""Relative number of cars by district, in the same order."""
