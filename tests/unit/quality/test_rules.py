"""The rules as data: complete, owned by a role that exists, and each one tried by something."""

import re
from pathlib import Path

from models.measures.quality.catalogue import SEVERITIES, rules
from models.measures.quality.conditions import of_advice, of_cases, of_orders

TRIED_IN = Path("models/measures/quality")
ROLES = {"officer", "team_leader", "service_manager"}


def test_every_rule_says_what_is_wrong_whose_it_is_and_what_to_do() -> None:
    for rule in rules().values():
        assert rule.severity in SEVERITIES, rule.key
        assert rule.owner in ROLES, rule.key
        assert rule.title[0].isupper() or rule.title[0] == '"', rule.key
        assert rule.remedy.endswith("."), rule.key


def test_every_rule_is_tried_and_every_finding_has_a_rule() -> None:
    code = "".join(path.read_text("utf-8") for path in TRIED_IN.glob("*.py"))
    assert [key for key in rules() if f'"{key}"' not in code] == []
    conditions = [*of_cases(), *of_advice(), *of_orders()]
    named = {one.rule for one in conditions} | set(re.findall(r'looked\.hit\("(\w+)"', code))
    assert named <= set(rules())


def test_no_sentence_repeats_what_may_be_a_name() -> None:
    said = {name for one in [*of_cases(), *of_advice(), *of_orders()] for name in re.findall(r"{(\w+)}", one.words)}
    assert {name for name in said if not name.endswith("_on")} == {"kind"}
