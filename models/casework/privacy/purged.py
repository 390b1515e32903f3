"""What is remembered of purged cases: a digest each, so that an extract does not bring them back."""

import hashlib
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from models.casework.extracts.sheets import plans
from models.importers.extract import Extract
from models.store import fetch


def without_purged(connection: Connection, extract: Extract) -> tuple[Extract, int]:
    """The extract without the cases that were purged here, and how many those are."""
    known = {digest for (digest,) in fetch(connection, "SELECT digest FROM purged_cases")}
    if not known:
        return extract, 0
    cases = extract.sheets["cases"]
    keys = zip(cases["authority_code"].tolist(), cases["case_ref"].tolist(), strict=True)
    purged = {key for key in keys if case_digest(*key) in known}
    if not purged:
        return extract, 0
    sheets = {}
    for name, frame in extract.sheets.items():
        if name != "cases" and not plans()[name].of_case:
            sheets[name] = frame
            continue
        keys = zip(frame["authority_code"].tolist(), frame["case_ref"].tolist(), strict=True)
        sheets[name] = frame[np.fromiter((key not in purged for key in keys), dtype=np.bool_, count=len(frame))]
    return replace(extract, sheets=sheets), len(purged)


def case_digest(authority_code: str, case_ref: str) -> str:
    """What is kept of a purged case: SHA-256 over its authority and reference, in hexadecimal."""
    return hashlib.sha256(f"{authority_code}\x1f{case_ref}".encode()).hexdigest()
