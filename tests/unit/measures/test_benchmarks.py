"""What the DfE published is shown as it was published, and what it did not publish is never a number."""

from importlib.resources import files

import pytest

from models.errors import NotFoundError
from models.measures import benchmarks
from models.measures.benchmarks import ENGLAND, comparison, neighbours, published, series

WOLVERHAMPTON, WORCESTERSHIRE, WEST_MIDLANDS = "336", "885", "E12000005"

# Calendar year: requests, refused, plans issued, percentage in twenty weeks without exceptions, plans next January.
PUBLISHED = {
    WOLVERHAMPTON: {
        2018: (337, 0, 300, 64.8, 1752),
        2019: (403, 0, 260, 50.2, 1956),
        2020: (388, 32, 348, 24.4, 2174),
        2021: (457, 7, 377, 38.1, 2485),
        2022: (457, 49, 376, 25.7, 2676),
        2023: (568, 79, 425, 75.8, 2847),
        2024: (576, 48, 395, 55.8, 3148),
        2025: (647, 39, 318, 19.6, 3324),
    },
    WORCESTERSHIRE: {
        2018: (672, 185, 443, 12.6, 3502),
        2019: (630, 185, 628, 46.9, 4053),
        2020: (630, 136, 483, 97.1, 4182),
        2021: (819, 166, 491, 84.0, 4555),
        2022: (1142, 207, 559, 31.6, 4904),
        2023: (1439, 276, 1155, 27.7, 5945),
        2024: (1883, 330, 1389, 37.4, 6970),
        2025: (1973, 297, 1565, 66.1, 8276),
    },
}
COLUMNS = (
    "requests_received_in_year",
    "requests_decided_not_to_assess",
    "plans_issued_den",
    "pc_plans_issued_20_weeks_ex",
    "ehcplans",
)
ENGLAND_WITHOUT_EXCEPTIONS = {
    2014: 64.3, 2015: 59.2, 2016: 58.6, 2017: 64.9, 2018: 60.1, 2019: 60.4,
    2020: 58.0, 2021: 59.9, 2022: 49.2, 2023: 50.3, 2024: 46.4, 2025: 46.1,
}  # fmt: skip


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_series_is_as_it_was_published(code):
    found = {year: tuple(published(code, year, column).value for column in COLUMNS) for year in PUBLISHED[code]}
    assert found == PUBLISHED[code]


def test_england_is_as_it_was_published():
    found = series(ENGLAND, "pc_plans_issued_20_weeks_ex", first_year=2014)
    assert {x.year: x.value for x in found} == ENGLAND_WITHOUT_EXCEPTIONS


@pytest.mark.parametrize(
    ("year", "value"), [(2019, 53.7), (2020, 50.0), (2021, 62.6), (2022, 50.1), (2023, 49.5), (2024, 42.3)]
)
def test_the_region_is_as_it_was_published(year, value):
    assert published(WEST_MIDLANDS, year, "pc_plans_issued_20_weeks_ex").value == value


@pytest.mark.parametrize(("code", "median", "known"), [(WOLVERHAMPTON, 39.5, 10), (WORCESTERSHIRE, 24.6, 9)])
def test_the_median_of_ten_neighbours_leaves_out_who_has_no_figure(code, median, known):
    found = comparison(code, "pc_plans_issued_20_weeks_ex", 2024)
    assert (len(found.neighbours), len(found.known), round(found.median, 2)) == (
        10,
        known,
        pytest.approx(median, abs=0.06),
    )
    assert found.lowest <= found.median <= found.highest


def test_a_share_published_of_every_row_is_the_share_of_its_counts():
    wrong = []
    for code in benchmarks.areas():
        for year in benchmarks.years():
            part, whole, share = (
                published(code, year, x).value
                for x in ("plans_issued_20_weeks_ex", "plans_issued_den_ex", "pc_plans_issued_20_weeks_ex")
            )
            if None not in {part, whole, share} and abs(100 * part / whole - share) > 0.051:
                wrong.append((code, year, part, whole, share))
    assert wrong == []


def test_what_was_typed_by_hand_says_so():
    typed = published(WOLVERHAMPTON, 2025, "pc_plans_issued_20_weeks_ex")
    assert (typed.is_verified, typed.source) == (False, "release of 2026, typed by hand")
    assert published(WOLVERHAMPTON, 2024, "pc_plans_issued_20_weeks_ex").is_verified
    assert not comparison(WOLVERHAMPTON, "pc_plans_issued_20_weeks_ex", 2025).is_verified


@pytest.mark.parametrize(
    ("code", "year", "measure", "why_not"),
    [
        ("838", 2024, "pc_plans_issued_20_weeks_ex", "not available"),  # Dorset flagged every plan
        (WOLVERHAMPTON, 2014, "pc_plans_issued_20_weeks_ex", "not applicable: nothing to count"),
        (WOLVERHAMPTON, 2019, "request_outcome_six_weeks_pc", "not available"),
        (WEST_MIDLANDS, 2025, "pc_plans_issued_20_weeks_ex", "not in the figures held here"),
        ("335", 2025, "request_outcome_six_weeks_pc", "not in the figures held here"),
    ],
)
def test_what_was_not_published_is_no_number_and_says_why(code, year, measure, why_not):
    found = published(code, year, measure)
    assert (found.value, found.why_not) == (None, why_not)


def test_a_share_that_only_its_counts_say_is_worked_out_and_says_so():
    found = published(ENGLAND, 2025, "request_not_assess_pc")
    assert (found.value, found.source) == (26.6, "release of 2026, typed by hand, from its counts")


def test_neighbours_are_ten_authorities_nearest_first():
    assert [x.name for x in neighbours(WOLVERHAMPTON)][:2] == ["Sandwell", "Stoke-on-Trent"]
    assert {len(neighbours(code)) for code, x in benchmarks.areas().items() if neighbours(code)} == {10}
    assert all(x.level == "Local authority" for code in benchmarks.areas() for x in neighbours(code))
    assert not any(x.code == code for code in benchmarks.areas() for x in neighbours(code))


def test_the_newest_year_is_the_one_with_enough_neighbours():
    assert benchmarks.newest_year(WOLVERHAMPTON, "pc_plans_issued_20_weeks_ex") == 2024


def test_an_authority_that_is_not_published_says_what_to_do():
    with pytest.raises(NotFoundError, match="compare_with"):
        comparison("999", "pc_plans_issued_20_weeks_ex", 2024)


def test_a_misspelt_authority_is_told_what_is_near_it_and_nothing_of_our_files():
    with pytest.raises(NotFoundError, match=r"Near it: Wolverhampton \(336\)") as refused:
        benchmarks.area("wolverhamton")
    assert "models/" not in str(refused.value)


def test_the_figures_name_their_source_and_their_licence():
    folder = files("models.measures").joinpath("data")
    words = folder.joinpath("ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "Open Government" in words
    assert "typed by hand" in words
    assert sum(len(x.read_bytes()) for x in folder.iterdir()) < 400_000
