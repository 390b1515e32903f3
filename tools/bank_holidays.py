"""Make `models/statute/data/bank-holidays.json` again: `just bank-holidays`.

The dates come from the `holidays` package (England), which follows the Banking and Financial Dealings
Act 1971 and the proclaimed extra days. Look over the difference before committing it: a newly proclaimed
day moves the `act_by` of every clock around it.
"""

import json
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2014, 2030
TARGET = Path(__file__).parent.parent / "models/statute/data/bank-holidays.json"


def main() -> None:
    """Write the file, one day a line, so that a change is read in its diff."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    named = {day.isoformat(): days[day] for day in sorted(days) if FIRST_YEAR <= day.year <= LAST_YEAR}
    data = {"division": "england-and-wales", "first_year": FIRST_YEAR, "last_year": LAST_YEAR, "holidays": named}
    TARGET.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
