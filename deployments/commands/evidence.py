"""`ehc evidence`: one file that holds everything known of a case, for the Ombudsman, a court or the family."""

import json
import re
import sys
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from deployments.commands.csv_out import write_csv_by_name
from deployments.commands.evidence_bar import bar
from deployments.whole_file import write_whole
from models.casework.chronology.evidence import Evidence, evidence
from models.practice.here import practices_here
from models.queries.evidence.asked import Section
from models.queries.explain import find_case
from models.statute.register import load_register
from models.store import reading, require_tables

_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)( \d\d:\d\d)?\b")
_NUMBER = re.compile(r"-?[\d,]+")


@dataclass(frozen=True)
class Wanted:
    """Where the evidence goes: files, or as JSON to whoever called."""

    html: Path | None
    csv: Path | None
    as_json: bool
    has_names: bool


def run_evidence(case: str, as_of: date, today: date, wanted: Wanted) -> None:
    """Write what is wanted, and say where."""
    with reading() as connection:
        require_tables(connection)
        scope = find_case(connection, case)
        most = practices_here().of(str(scope.authority_code)).sources.stale_after_days
        found = evidence(connection, load_register(), as_of, scope, with_names=wanted.has_names, most_days=most)
    if wanted.as_json:
        json.dump(as_json(found), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    html = wanted.html
    if html is None and wanted.csv is None and not wanted.as_json:
        html = Path(f"evidence-{re.sub(r'[^A-Za-z0-9]+', '-', found.case_ref)}.html")
    written = []
    if html:
        written.append(write_whole(html, as_html(found, today)))
    if wanted.csv:
        written.append(write_whole(wanted.csv, as_csv(found)))
    if not wanted.as_json:
        for words in found.sections[0].words:
            print(words)
        for path in written:
            print(f"Written: {path} (only you can read it).")


def as_html(found: Evidence, prepared: date) -> str:
    """The one file for a reader: no picture, style or script comes from anywhere else."""
    environment = Environment(
        loader=PackageLoader("deployments.commands"), autoescape=True, trim_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "days": in_long,
        "cell": in_short,
        "shown": _shown,
        "is_day": _is_day,
        "is_number": _is_number,
    }
    template = environment.get_template("evidence.html.j2")
    return template.render(found=found, bar=bar(found.ledger), prepared=prepared.isoformat())


def as_csv(found: Evidence) -> str:
    """Every line of every section under one heading; what a section does not have is empty."""
    names = list(dict.fromkeys(name for section in found.sections for name in section.columns))
    text = StringIO()
    lines: list[dict[str, str]] = []
    for section in found.sections:
        lines += [{"section": section.key, "words": words} for words in section.words]
        lines += [{"section": section.key, **row} for row in section.as_rows()]
    write_csv_by_name(text, ["section", *names, "words"], lines, line_end="\r\n")
    return text.getvalue()


def as_json(found: Evidence) -> dict[str, object]:
    """The same for a program."""
    of = {name: getattr(found, name) for name in ("authority_code", "authority", "case_ref", "as_of")}
    sections = {x.key: {"title": x.title, "words": list(x.words), "rows": x.as_rows()} for x in found.sections}
    return {**of, "register_version": found.register_version, "has_names": found.has_names, "sections": sections}


def in_long(words: str) -> str:
    """The words with every ISO day written as a person writes it, and a time of day after it."""
    return _DAY.sub(lambda x: _written(x, "%B %Y"), words)


def in_short(words: str) -> str:
    """The same for a cell of a table, where a day by itself has its month abbreviated."""
    return _DAY.sub(lambda x: _written(x, "%b %Y" if _is_day(words) else "%B %Y"), words)


def _written(match: re.Match[str], month: str) -> str:
    day = date.fromisoformat(match[1])
    return f"{day.day} {day.strftime(month)}{',' if match[2] else ''}{match[2] or ''}"


def _is_day(words: str) -> bool:
    return bool(_DAY.fullmatch(words))


def _is_number(words: str) -> bool:
    return bool(_NUMBER.fullmatch(words))


def _shown(section: Section) -> list[int]:
    """The columns that say anything."""
    return [place for place in range(len(section.columns)) if any(row[place] for row in section.rows)]
