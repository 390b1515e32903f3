"""What the two commands print, and how they refuse."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from deployments.commands.benchmarks import run_benchmarks
from deployments.report.run import run_report
from models.errors import NotFoundError, SettingsError

AS_OF = date(2026, 3, 16)


def test_an_authority_by_its_number_and_by_its_name(capsys):
    run_benchmarks("336", "table")
    by_number = capsys.readouterr().out
    run_benchmarks("wolverhampton", "table")
    assert capsys.readouterr().out == by_number
    lines = {line.split()[0]: line.split() for line in by_number.splitlines() if line[:2] == "20"}
    assert lines["2024"] == ["2024", "576", "8.3", "97.6", "395", "52.2", "55.8", "3,148"]
    assert lines["2025*"][-2] == "19.6"
    assert lines["2018"][3] == "-"
    assert lines["2019"][3] == "x"
    assert "Open Government Licence v3.0" in by_number
    assert "Sandwell" in by_number


def test_england_where_nobody_is_named(capsys):
    run_benchmarks("", "table")
    assert "England, as published" in capsys.readouterr().out


def test_a_program_gets_everybody_once(capsys):
    run_benchmarks("336", "json")
    rows = json.loads(capsys.readouterr().out)
    assert {row["role"] for row in rows} == {"own", "neighbour", "region", "England"}
    keys = [(row["code"], row["year"], row["measure"]) for row in rows]
    assert len(keys) == len(set(keys)) == 13 * 12 * 22
    assert all((row["value"] is None) == bool(row["why_not"]) for row in rows)
    run_benchmarks("336", "csv")
    assert len(list(csv.DictReader(capsys.readouterr().out.splitlines()))) == len(rows)


def test_nobody_of_that_name(capsys):
    with pytest.raises(NotFoundError, match="no figures"):
        run_benchmarks("Camelot", "table")


@pytest.mark.parametrize("out", [Path("report.pdf"), Path("nowhere/report.html")])
def test_a_place_that_cannot_be_written_to(out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"\.html"):
        run_report(AS_OF, out, authority="", is_published=False)


def test_a_day_to_come_has_no_report(tmp_path):
    with pytest.raises(SettingsError, match="still to come"):
        run_report(date(2999, 12, 31), tmp_path, authority="", is_published=False)
