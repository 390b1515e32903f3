"""The CSV export of COLLECT ("Blade"): one file for each module of SEN2, joined by the numbers of their rows."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from models.errors import ExtractRefusedError
from models.importers.csv_text import csv_table
from models.importers.extract import Rejection
from models.importers.files import SourceFiles, folder_files, two_files
from models.importers.heading import Wanted
from models.importers.pseudonyms import Pseudonyms
from models.importers.sen2 import AT_MOST_ONE, DATES, FIRST_RANK, ITEMS, RANKED, SINCE_2023, RequestTable
from models.importers.table import Table
from models.importers.values import ISO_FORMAT, iso_date

DATE_FORMATS = ("%Y-%b-%d %H:%M:%S", "%Y-%b-%d", ISO_FORMAT)

# Each module and the module it hangs under.
PARENTS: Mapping[str, str] = {
    "sen2": "",
    "person": "sen2",
    "requests": "person",
    "assessment": "requests",
    "namedplan": "assessment",
    "plandetail": "namedplan",
    "activeplans": "requests",
    "senneed": "activeplans",
}
COMPULSORY = ("sen2", "person", "requests")
IN_PART = "in_part"
SEVERAL = "several"


def collect_table(folder: Path, files: SourceFiles) -> tuple[Table, list[str]]:
    """The requests of the export as a table, with the line of each in the file of requests, and notes on them.

    Its rejections are the rows of any file that do not fit the columns, and the requests to which one of those belongs.

    Raises:
        ExtractRefusedError: a file that is needed is missing or not what it claims, or a module is there twice.
        SettingsError: there is no key for pseudonyms.
    """
    requests = RequestTable(Pseudonyms.from_environment())
    paths = _module_paths(folder)
    tables = {module: csv_table(path.name, files.read(path), _wanted(module)) for module, path in paths.items()}
    requests.ignored.update(heading for table in tables.values() for heading in table.ignored)
    frames = {module: _frame(table) for module, table in tables.items()}
    file, in_part = paths["requests"].name, []
    for row in _joined(frames, _persons(frames["person"], requests), tables):
        requests.add(row["lea"], row["person_ref"], row["personbirthdate"], row, int(row["line"]))
        in_part.append(row[IN_PART])
        for module in row[SEVERAL].split():
            requests.note_several(module, int(row["line"]))
    table, notes = requests.table(file)
    rejections = [rejection for table in tables.values() for rejection in table.rejections]
    rejections += [
        _in_part(file, line, other) for line, other in zip(table.lines.tolist(), in_part, strict=True) if other
    ]
    return replace(table.take(np.array(in_part) == ""), rejections=rejections), notes


def _in_part(file: str, line: int, other: str) -> Rejection:
    """The rejection of a request that could only be read in part: what is missing would pass for not known."""
    reason = f"a row of {other} that belongs to this request cannot be read"
    return Rejection(file, line, "", "", reason, f"Correct that row of {other} at the source.")


def _module_paths(folder: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    candidates = folder_files(folder) if folder.is_dir() else []
    for module in PARENTS:
        found = [path for path in candidates if path.name.casefold().endswith(f"_{module}.csv")]
        if len(found) > 1:
            raise two_files(f"the module {module}", found)
        if found:
            paths[module] = found[0]
        elif module in COMPULSORY:
            raise ExtractRefusedError(
                f"the COLLECT export has no file of the module {module}",
                where=str(folder),
                why=f"no file of the folder ends in _{module}.csv",
                remedy="Give the folder with all the files Blade-Export_..._*.csv of one export.",
            )
    return paths


def _wanted(module: str) -> Wanted:
    ids = [f"{name}tableid" for name in (module, PARENTS[module]) if name]
    if module == "sen2":
        return Wanted((*ids, "lea"))
    items = [*ITEMS.get(module, ()), *RANKED.get(module, ())]
    return Wanted((*ids, *(i for i in items if i in SINCE_2023)), tuple(i for i in items if i not in SINCE_2023))


def _frame(table: Table) -> pd.DataFrame:
    columns = {
        name: column.changed(_plain_date if name in DATES else str.strip).text()
        for name, column in table.columns.items()
    }
    return pd.DataFrame(columns).assign(line=table.lines)


def _plain_date(value: str) -> str:
    return iso_date(value.strip(), DATE_FORMATS)


def _persons(persons: pd.DataFrame, requests: RequestTable) -> pd.DataFrame:
    """The persons without their numbers, under their pseudonyms."""
    numbers = persons[["upn", "uniquelearnernumber", "personbirthdate"]].itertuples(index=False)
    refs = [requests.pseudonyms.person_ref(*map(str, number)) for number in numbers]
    return persons.assign(person_ref=refs)[["persontableid", "sen2tableid", "personbirthdate", "person_ref"]]


def _joined(
    frames: Mapping[str, pd.DataFrame], persons: pd.DataFrame, tables: Mapping[str, Table]
) -> list[dict[str, str]]:
    """The requests, each with what its person says and what hangs under it; "" where there is nothing.

    `IN_PART` names the file of a row that hangs under it and does not fit its columns, `SEVERAL` the modules of which
    it has more than one.
    """
    joined = _with(frames["requests"], persons, "persontableid").assign(**{IN_PART: "", SEVERAL: ""})
    joined = _with(joined, frames["sen2"], "sen2tableid")
    for module in ("assessment", "namedplan", "plandetail", "activeplans", "senneed"):
        key = f"{PARENTS[module]}tableid"
        if module in frames and key in joined:
            joined.loc[joined[key].isin(_of_misfits(tables[module], key)), IN_PART] = tables[module].file
            if module in AT_MOST_ONE:
                parent = frames[module][key]
                joined.loc[joined[key].isin(parent[parent.duplicated() & (parent != "")]), SEVERAL] += f"{module} "
            joined = _with(joined, _first_rank(module, frames[module]), key)
    return joined.fillna("").astype(str).to_dict("records")  # type: ignore[return-value]


def _of_misfits(table: Table, key: str) -> set[str]:
    """What the rows that do not fit their columns hang under, as far as they can be read."""
    return set() if table.misfits is None else {x.strip() for x in table.misfits.columns[key].values} - {""}


def _first_rank(module: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame[RANKED[module][1]] == FIRST_RANK] if module in RANKED else frame


def _with(left: pd.DataFrame, right: pd.DataFrame, key: str) -> pd.DataFrame:
    right = right.drop(columns=["line"], errors="ignore").drop_duplicates(key)
    return left.merge(right[right[key] != ""], on=key, how="left", suffixes=("", "_again"), validate="many_to_one")
