"""Publish the board."""

from dataclasses import asdict
from datetime import date
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact

from models.queries.board import board
from models.statute.register import load_register
from models.store import reading
from tasks.board_page import board_page


@task(task_run_name="publish board of {as_of}")
def publish_board(as_of: date) -> dict[str, Any]:
    """The board of the day, also put where managers look for it: the artifact `board`."""
    with reading() as connection:
        found = board(connection, load_register(), as_of)
    create_markdown_artifact(key="board", markdown=board_page(found), description=f"The board of {as_of}")
    return asdict(found)
