"""Take in what arrived: an extract becomes records, each change journalled."""

from pathlib import Path

from prefect import flow

from flows.today import now
from tasks.intake import take_in_extract


@flow(name="intake", flow_run_name="intake of {source}")
def intake(extract: Path, source: str = "canonical") -> dict[str, int]:
    """Take in an extract; taking in the same one again changes nothing.

    Args:
        extract: a folder of CSV files, a workbook, or a SEN2 XML file.
        source: how the extract's columns are mapped, a name or the path of a map file.
    """
    return take_in_extract(extract, source, now(), by="intake")
