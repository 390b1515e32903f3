"""Make `models/measures/data/` again from a folder of the DfE's published files: `python tools/benchmarks.py FOLDER`.

The folder may hold whole releases of "Education, health and care plans" or their rows of totals, in any subfolders.
Headings are read whatever their capitals, and rows of totals by their topic: both drift from release to release.
Values are copied as published, codes included; only decimals that a spreadsheet made up are cut.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

TARGET = Path(__file__).parent.parent / "models/measures/data"

MEASURES = (
    "plans_issued_den",
    "plans_issued_den_ex",
    "plans_issued_within_20_weeks",
    "plans_issued_20_weeks_ex",
    "pc_plans_issued_within_20_weeks",
    "pc_plans_issued_20_weeks_ex",
    "plans_issued_gt_1_year",
    "plans_issued_gt_1_year_ex",
    "pc_plans_issued_gt_1_year_ex",
    "avg_weeks_issue_plan",
    "requests_received_in_year",
    "requests_decided_not_to_assess",
    "request_not_assess_pc",
    "request_outcome_six_weeks",
    "request_outcome_over_6_weeks",
    "request_outcome_six_weeks_pc",
    "assess_issued",
    "assess_not_issued",
    "outcome_decision_within_time",
    "outcome_decision_over_time",
    "outcome_decision_within_time_pc",
    "ehcplans",
)
AGGREGATE = {
    "totincexcehc": "plans_issued_den",
    "totnoexcehc": "plans_issued_den_ex",
    "incexc20weekehc": "plans_issued_within_20_weeks",
    "noexc20weekehc": "plans_issued_20_weeks_ex",
    "incexc20weekrate": "pc_plans_issued_within_20_weeks",
    "noexc20weekrate": "pc_plans_issued_20_weeks_ex",
    "inreqehc": "requests_received_in_year",
    "assrefusedehc": "requests_decided_not_to_assess",
    "assrefusedehc_pc": "request_not_assess_pc",
    "newallehc": "assess_issued",
    "assnoneehc": "assess_not_issued",
}
"""The headings before 2023, when authorities sent in totals, and those of today."""

RELEASES = (
    ("timeliness_20_week*.csv", "release of 2025"),
    ("requests*.csv", "release of 2025"),
    ("assessments*.csv", "release of 2025"),
    ("caseload*.csv", "release of 2025"),
)
FIRST_PERSON_LEVEL_RELEASE = 2019
AREA_NAMES = {
    "Herefordshire": "Herefordshire, County of",
    "Durham": "County Durham",
    "Kingston Upon Hull, City of": "Kingston upon Hull, City of",
    "Bedford Borough": "Bedford",
}
"""The list of neighbours writes four names otherwise than the releases."""

Row = Mapping[str, str]
Values = dict[tuple[int, str], dict[str, str]]


def main(folder: Path) -> None:
    """Write the three files, in an order that does not change, so that a new release is read in its difference."""
    areas: dict[str, tuple[str, str, str]] = {}
    values: Values = {}
    sources: dict[tuple[int, str], set[str]] = {}
    for year, code, found, source in (*_aggregate(folder, areas), *_releases(folder, areas), *_typed(folder, areas)):
        values.setdefault((year, code), {}).update(found)
        if source:
            sources.setdefault((year, code), set()).add(source)
    _write("areas.csv", ("code", "level", "name", "region_code"), ((code, *areas[code]) for code in sorted(areas)))
    _write(
        "published.csv",
        ("calendar_year", "code", "source", "verified", *MEASURES),
        (
            (year, code, _source(sources[year, code]), _verified(sources[year, code]), *_row(found))
            for (year, code), found in sorted(values.items())
            if (year, code) in sources
        ),
    )
    _write("neighbours.csv", ("code", "rank", "neighbour"), _neighbours(folder, areas))


def _row(found: Row) -> list[str]:
    return [found.get(name, "") for name in MEASURES]


def _source(sources: set[str]) -> str:
    return "; ".join(sorted(sources))


def _verified(sources: set[str]) -> str:
    return "0" if any("typed" in source for source in sources) else "1"


def _aggregate(folder: Path, areas: dict[str, tuple[str, str, str]]) -> Iterator[tuple[int, str, Row, str]]:
    """The years before the person-level releases begin."""
    for path in sorted(folder.rglob("sen2_mi*.csv")):
        for row in _read(path):
            year, code = int(row["time_period"]), _area(row, areas)
            if year < FIRST_PERSON_LEVEL_RELEASE:
                yield year, code, {ours: _tidy(row[theirs]) for theirs, ours in AGGREGATE.items()}, "release of 2022"


def _releases(folder: Path, areas: dict[str, tuple[str, str, str]]) -> Iterator[tuple[int, str, Row, str]]:
    for pattern, source in RELEASES:
        for path in sorted(folder.rglob(pattern)):
            for row in _read(path):
                if not row.get("breakdown_topic", "").lower().startswith("all "):
                    continue
                found = {name: _tidy(row[name]) for name in MEASURES if name in row}
                # The plans of January belong to the year that has just ended: 201819 is January 2019, so 2018.
                period = int(row["time_period"][:4])
                yield period, _area(row, areas), found, "" if "ehcplans" in found else source


def _typed(folder: Path, areas: dict[str, tuple[str, str, str]]) -> Iterator[tuple[int, str, Row, str]]:
    """The newest year, typed by hand from rows that were seen and not from the file itself."""
    codes = {name: code for code, (_, name, _) in areas.items()}
    for path in sorted(folder.rglob("*hand_transcribed.csv")):
        for row in _read(path):
            year = 2025 if row["period"].endswith("2026") else int(row["period"])
            if row["measure"] in MEASURES:
                yield year, codes[row["area"]], {row["measure"]: row["value"]}, "release of 2026, typed by hand"


def _area(row: Row, areas: dict[str, tuple[str, str, str]]) -> str:
    """The code of the area of a row, which is remembered with its newest name."""
    level = row["geographic_level"]
    if level == "National":
        code, name, region = row["country_code"], row["country_name"], ""
    elif level == "Regional":
        code, name, region = row["region_code"], row["region_name"], row["country_code"]
    else:
        code, name, region = row["old_la_code"], row["la_name"], row["region_code"]
    areas[code] = (level, name, region)
    return code


def _neighbours(folder: Path, areas: Mapping[str, tuple[str, str, str]]) -> Iterator[tuple[str, int, str]]:
    codes = {name: code for code, (level, name, _) in sorted(areas.items()) if level == "Local authority"}
    found = []
    for path in sorted(folder.rglob("la_statistical_neighbours*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = list(zip(*csv.reader(file), strict=True))
        for heading, *names in columns:
            ranked = [codes[AREA_NAMES.get(name, name)] for name in names if name]
            found += [(codes[AREA_NAMES.get(heading, heading)], rank, code) for rank, code in enumerate(ranked, 1)]
    yield from sorted(found)


def _tidy(value: str) -> str:
    """A value as published; a spreadsheet's 57.900000000000 is 57.9, and codes stay."""
    return str(round(float(value), 1)).removesuffix(".0") if re.fullmatch(r"-?\d+\.\d{2,}", value) else value


def _read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {heading.lower(): value for heading, value in row.items() if heading}


def _write(name: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
