"""Rules of registration: ratings, chemistry, GTINs, serials from aliases, registering again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.identifiers import MalformedIdentifier
from battery_passport.registry.errors import (
    ConflictingRegistration,
    InvalidRegistration,
    UnknownChemistry,
)
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.registry.rules import (
    DEMONSTRATION_GTIN,
    SERIAL_LENGTH,
    check_gtin,
    check_same_registration,
    identifier_from_alias,
    make_rating,
    merged_rating,
    module_layout,
    parse_chemistry,
    rating_members,
    serial_from_alias,
)

ALIASES = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
FULL = Rating(rated_capacity_ah=145.0, cells_in_series=96, chemistry=Chemistry.NMC)


@pytest.mark.parametrize(
    ("text", "chemistry"),
    [
        ("NMC", "NMC"),
        ("NCM", "NMC"),
        ("ncm ", "NMC"),
        ("lfp", "LFP"),
        ("LMO", "LMO"),
        ("NCA", "NCA"),
    ],
)
def test_chemistries_go_by_their_names(text: str, chemistry: str) -> None:
    assert parse_chemistry(text) is Chemistry(chemistry)


def test_unknown_chemistries_are_refused() -> None:
    for text in ("", "NiMH", "N M C"):
        with pytest.raises(UnknownChemistry, match="Give NMC"):
            parse_chemistry(text)


def test_each_figure_of_a_rating_may_be_unknown() -> None:
    assert make_rating(rated_capacity_ah=None, cells_in_series=None, chemistry=None) == Rating()
    assert make_rating(rated_capacity_ah=145.0, cells_in_series=96, chemistry="NCM") == FULL
    cells_only = make_rating(rated_capacity_ah=None, cells_in_series=1_024, chemistry=None)
    assert cells_only == Rating(cells_in_series=1_024)


@pytest.mark.parametrize("capacity", [0.0, -1.0, 10_000.1, float("nan"), float("inf")])
def test_impossible_capacities_are_refused(capacity: float) -> None:
    with pytest.raises(InvalidRegistration, match="Ah"):
        make_rating(rated_capacity_ah=capacity, cells_in_series=None, chemistry=None)


@pytest.mark.parametrize("cells", [0, -1, 1_025])
def test_impossible_cell_counts_are_refused(cells: int) -> None:
    with pytest.raises(InvalidRegistration, match="from 1 to 1024"):
        make_rating(rated_capacity_ah=None, cells_in_series=cells, chemistry=None)


def test_the_demonstration_gtin_is_of_the_range_no_company_is_given() -> None:
    assert check_gtin(DEMONSTRATION_GTIN) == DEMONSTRATION_GTIN
    assert DEMONSTRATION_GTIN.startswith("0952")


def test_gtins_are_padded_and_checked() -> None:
    assert check_gtin("9526170000202") == "09526170000202"
    for text in ("09526170000203", "1234567", "095261700002021", "0952617000020x", ""):
        with pytest.raises(MalformedIdentifier):
            check_gtin(text)


def test_short_aliases_are_their_own_serial() -> None:
    assert serial_from_alias("vehicle_03") == "vehicle_03"
    assert serial_from_alias("x" * 20) == "x" * 20


def test_long_aliases_give_a_stable_serial() -> None:
    # Fixed for ever: batteries registered under an alias are found by this serial again.
    assert serial_from_alias("packfault-car2-winter-2026") == "packfau-WX7K4AYBFEGR"
    assert serial_from_alias("x" * 21) != serial_from_alias("x" * 22)


@given(ALIASES)
def test_every_alias_gives_a_valid_identifier(alias: str) -> None:
    identifier = identifier_from_alias(alias)
    assert identifier.gtin == DEMONSTRATION_GTIN
    assert 1 <= len(identifier.serial) <= SERIAL_LENGTH
    assert identifier_from_alias(alias) == identifier


def test_a_batterys_own_figures_go_before_its_models() -> None:
    own = Rating(rated_capacity_ah=140.0)
    assert merged_rating(own, None) == own
    assert merged_rating(own, FULL) == Rating(
        rated_capacity_ah=140.0, cells_in_series=96, chemistry=Chemistry.NMC
    )


def test_registering_the_same_again_is_accepted() -> None:
    recorded = rating_members(FULL)
    check_same_registration("pack", recorded=recorded, given=recorded)
    check_same_registration("pack", recorded=recorded, given=rating_members(Rating()))
    check_same_registration("pack", recorded=recorded, given={"rated_capacity_ah": 145})


@pytest.mark.parametrize(
    "other",
    [
        Rating(rated_capacity_ah=146.0),
        Rating(cells_in_series=90),
        Rating(chemistry=Chemistry.LFP),
    ],
)
def test_registering_something_else_is_refused(other: Rating) -> None:
    with pytest.raises(ConflictingRegistration, match="pack is registered with"):
        check_same_registration("pack", recorded=rating_members(FULL), given=rating_members(other))
    with pytest.raises(ConflictingRegistration, match="None, not"):
        check_same_registration(
            "pack", recorded=rating_members(Rating()), given=rating_members(other)
        )


def test_one_number_of_cells_stands_for_modules_alike() -> None:
    assert module_layout(12, cells_in_series=36) == (12, 12, 12)
    assert module_layout([16, 16, 4], cells_in_series=36) == (16, 16, 4)
    assert module_layout(None, cells_in_series=36) is None


@pytest.mark.parametrize(
    ("cells_per_module", "cells", "words"),
    [
        (7, 36, "7 cells in each module do not divide 36 cells"),
        (12, None, "not how many cells are in series"),
        (0, 36, "0 cells in each module"),
        ([16, 16], 36, "2 modules hold 32 cells together, not the 36 cells"),
        ([36, 0], 36, "2 modules hold 36 cells"),
        ([36], None, "not how many cells are in series"),
    ],
)
def test_modules_hold_the_cells_in_series(
    cells_per_module: int | list[int], cells: int | None, words: str
) -> None:
    with pytest.raises(InvalidRegistration, match=words):
        make_rating(
            rated_capacity_ah=None,
            cells_in_series=cells,
            chemistry=None,
            cells_per_module=cells_per_module,
        )


def test_a_battery_has_the_modules_of_its_model() -> None:
    model = Rating(cells_in_series=4, cells_per_module=(2, 2))
    assert merged_rating(Rating(), model).cells_per_module == (2, 2)
