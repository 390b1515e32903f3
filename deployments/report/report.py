"""The board report as one file: read, composed section by section, filled into its template."""

import base64
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from deployments.report import agencies, ahead, beside, cohorts, days, headline, moved, standing, trust, words
from deployments.report.material import Material, read_material
from deployments.report.page import Report, Section
from deployments.whole_file import write_whole
from models.store import reading, require_tables

SECTIONS: tuple[tuple[str, Callable[[Material], Section]], ...] = (
    ("the headline", headline.section),
    ("cohorts", cohorts.section),
    ("why it moved", moved.section),
    ("open cases", standing.open_cases),
    ("what is coming", ahead.section),
    ("agencies", agencies.section),
    ("where the days go", days.section),
    ("benchmarks", beside.section),
    ("demand", standing.demand),
    ("exceptions", standing.exceptions),
    ("quality of the data", trust.quality),
    ("the night", trust.night),
    ("disclosure", trust.disclosure),
    ("definitions", trust.definitions),
)
"""The sections in the order they are read; definitions come last, when it is known which figures were used."""

TITLE = "Education, health and care needs assessments"


def write_report(
    out: Path,
    as_of: date,
    *,
    now: datetime,
    authority: str = "",
    is_published: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """The file that the report was written to, whole or not at all; in a folder it gets a name of its own.

    Only its owner can read it.
    """
    progress("reading and measuring")
    with reading() as connection:
        require_tables(connection)
        material = read_material(connection, as_of, today=now.date(), authority=authority, is_published=is_published)
    page = html(compose(material, progress))
    path = out / file_name(material) if out.is_dir() else out
    return write_whole(path, page)


def file_name(material: Material) -> str:
    """The name of a report's file, which sorts by day."""
    kind = "published" if material.is_published else "board"
    return f"{kind}-report-{material.authority_code}-{material.as_of}.html"


def compose(material: Material, progress: Callable[[str], None] = lambda _: None) -> Report:
    """The report of one authority on one day."""
    sections = []
    for name, make in SECTIONS:
        progress(f"drawing {name}")
        sections.append(make(material))
    certificate = material.certificate
    state = "complete" if certificate.is_complete else "not complete"
    alarm = " ".join(certificate.faults)
    if alarm and material.is_published:
        # What is missing is said in exact numbers, which are not for publication.
        alarm = f"The night of {words.day(material.as_of)} is not complete."
    return Report(
        title=TITLE,
        authority=material.authority,
        as_of=words.day(material.as_of),
        about=(
            # Exact, so it is not for publication.
            *(() if material.is_published else (("Cases counted", words.number(len(material.frames.case))),)),
            ("The night behind it", state),
            ("Law as of register", certificate.register_version),
            ("Definitions", material.catalogue_version),
        ),
        alarm=alarm,
        is_published=material.is_published,
        sections=tuple(sections),
    )


def html(report: Report) -> str:
    """The report as one HTML file that refers to nothing outside itself and runs no script."""
    style = files("deployments.report.templates").joinpath("report.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=PackageLoader("deployments.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = words.unbroken
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        report=report,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=f"sha256-{digest}",
    )
