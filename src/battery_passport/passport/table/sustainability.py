"""Data points 17 to 24: carbon footprint, due diligence, recycled and renewable content.

In: nothing. Out: rows. Source: EU-2023-1542 annex-xiii point 1(c) to (f); EC guidance version 2.0.
"""

from battery_passport.passport.model import DataPoint, Kind

SUSTAINABILITY: tuple[DataPoint, ...] = (
    DataPoint(
        number=17,
        key="batteryCarbonFootprint",
        name_en="Carbon footprint declaration",
        name_ko="탄소발자국 신고",
        kind=Kind.TEXT,
        annex_point="1.c",
        clause="Annex XIII 1(c)",
        unit="kg CO2e/kWh",
    ),
    DataPoint(
        number=18,
        key="carbonFootprintLabel",
        name_en="Carbon footprint label",
        name_ko="탄소발자국 표시",
        kind=Kind.TEXT,
        annex_point="1.c",
        clause="Annex XIII 1(c)",
    ),
    DataPoint(
        number=19,
        key="dueDiligenceReport",
        name_en="Responsible sourcing",
        name_ko="책임 있는 원료 조달",
        kind=Kind.DOCUMENTS,
        annex_point="1.d",
        clause="Annex XIII 1(d)",
    ),
    DataPoint(
        number=20,
        key="recycledCobaltShare",
        name_en="Recycled cobalt",
        name_ko="재활용 코발트 비율",
        kind=Kind.PERCENT,
        annex_point="1.e",
        clause="Annex XIII 1(e)",
        unit="%",
    ),
    DataPoint(
        number=21,
        key="recycledLithiumShare",
        name_en="Recycled lithium",
        name_ko="재활용 리튬 비율",
        kind=Kind.PERCENT,
        annex_point="1.e",
        clause="Annex XIII 1(e)",
        unit="%",
    ),
    DataPoint(
        number=22,
        key="recycledNickelShare",
        name_en="Recycled nickel",
        name_ko="재활용 니켈 비율",
        kind=Kind.PERCENT,
        annex_point="1.e",
        clause="Annex XIII 1(e)",
        unit="%",
    ),
    DataPoint(
        number=23,
        key="recycledLeadShare",
        name_en="Recycled lead",
        name_ko="재활용 납 비율",
        kind=Kind.PERCENT,
        annex_point="1.e",
        clause="Annex XIII 1(e)",
        unit="%",
    ),
    DataPoint(
        number=24,
        key="renewableContentShare",
        name_en="Renewable content",
        name_ko="재생 가능 원료 비율",
        kind=Kind.PERCENT,
        annex_point="1.f",
        clause="Annex XIII 1(f)",
        unit="%",
    ),
)
