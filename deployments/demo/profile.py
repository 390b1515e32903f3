"""The figures an invented council is calibrated on, each with where it comes from.

Published figures are the DfE's for one real city (LA code 336) from Explore Education Statistics, "Education, health
and care plans" (Crown copyright, Open Government Licence v3.0): release 2025 for calendar years to 2024 and release
2026 for 2025. Only totals are used, nothing about a person. What is not published is marked invented and plausible.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Body:
    """How one advice-giving body is asked and answers; shares are 0 to 1, durations are days."""

    kind: str
    names: tuple[str, ...]  # the bodies a request of this kind may go to, the first being the usual one
    repliers: tuple[str, ...]  # roles that sign a reply, never a personal name
    asked: float  # share of assessments in which the kind is asked
    on_time: float  # share of requests answered validly within the advice limit
    late_days: float  # median lateness of the late ones at pace 1
    not_known: float = 0.0  # share of replies that say "not known to this service"
    nameless: float = 0.0  # share of those without a name: not a reply, a trap in the data
    declined: float = 0.0  # share of replies that decline to advise
    never_sent: float = 0.0  # share of rows opened but never sent
    unanswered: float = 0.0  # share of late requests nobody ever answers
    feels_pace: bool = False  # does the council's pace (a shortage) slow this body?
    term_time: bool = False  # does it answer in term only?
    second: float = 0.0  # share of assessments that also ask a second body of the kind


@dataclass(frozen=True)
class Profile:
    """One council's calibration: counts per calendar year, shares 0 to 1, durations in days unless named otherwise."""

    name: str
    requests_by_year: tuple[tuple[int, int], ...]
    growth: float  # yearly growth of requests after the last published year
    sources: tuple[tuple[str, float, float], ...]  # SEN2 request source code, share, refusal rate relative to all
    needs: tuple[tuple[str, float], ...]
    refused: float
    decided_on_time: float
    late_decision_days: float
    withdrawn_as_request: float
    withdrawn_in_assessment: float
    no_plan: float
    no_plan_on_time: float
    bodies: tuple[Body, ...]
    pace: tuple[tuple[date, float], ...]
    drafting_days: float
    drafting_spread: float
    finalising_days: float
    finalising_spread: float
    awaiting_place: float
    awaiting_place_days: float
    rushed: float
    pulled_in: float
    turned: tuple[tuple[str, float], ...]
    appealed_no_plan: float
    appealed_plan: float
    closure_claimed: float
    personal_claimed: float
    absence_claimed: float
    delay_reason: float
    doubtful_claim: float
    advice_claim: float
    missing_request_date: float
    contradictory: float
    review_decided_on_time: float
    requests_per_officer: int
    requests_per_setting: int
    decision_limit_days: int = 6 * 7  # SEND Regulations 2014 reg 5(1): the limits here only shape durations
    advice_limit_days: int = 6 * 7  # reg 8(1)
    no_plan_limit_days: int = 16 * 7  # reg 10(1)
    plan_limit_days: int = 20 * 7  # reg 13(2)
    order_no_plan_days: int = 10 * 7  # reg 44(2)(b)(i)

    def requests_in(self, year: int) -> float:
        """The expected requests of a calendar year, the last published year growing on and the first held before it."""
        known = dict(self.requests_by_year)
        last = max(known)
        if year > last:
            return known[last] * self.growth ** (year - last)
        return float(known.get(year, known[min(known)]))


WOLVERHAMPTON_LIKE = Profile(
    name="Exampleshire",
    # DfE release 2025 (requests.csv, 2019 to 2024) and release 2026 (2025), requests_received_in_year, LA 336.
    requests_by_year=((2019, 403), (2020, 388), (2021, 457), (2022, 457), (2023, 568), (2024, 576), (2025, 647)),
    growth=1.05,  # England 154,489 (2024) to 162,702 (2025): 5 % more; DfE release 2026
    # England 2025 requests by source and their refusal rates over England's 26.6 %; DfE release 2026:
    # school 90,762 (16.6 %), parent or young person 47,744 (48.8 %), other 7,534 (19.6 %), social care 866 (25.1 %),
    # health 306 (21.2 %), not known 15,490 (rate not read: taken as the average).
    sources=(
        ("2", 0.558, 0.62),
        ("1", 0.293, 1.83),
        ("5", 0.046, 0.74),
        ("4", 0.005, 0.94),
        ("3", 0.002, 0.80),
        ("", 0.096, 1.00),
    ),
    # LA 336, all plans by primary need, January 2025; DfE release 2025 (sen_needs_all_plans.csv).
    needs=(
        ("SLCN", 0.227),
        ("ASD", 0.218),
        ("SEMH", 0.208),
        ("MLD", 0.152),
        ("SLD", 0.110),
        ("PD", 0.042),
        ("HI", 0.010),
        ("PMLD", 0.009),
        ("VI", 0.008),
        ("SPLD", 0.003),
        ("", 0.013),
    ),
    refused=39 / 647,  # LA 336, 2025: 39 of 647 requests; DfE release 2026
    decided_on_time=0.974,  # LA 336, 2025, request_outcome_six_weeks_pc; DfE release 2026
    late_decision_days=9,  # invented, plausible: a missed panel or two
    withdrawn_as_request=0.010,  # England 2025: 1,573 of 162,702; DfE release 2026
    withdrawn_in_assessment=0.03,  # invented: LA 336 reports none in 2023 and 2024 (DfE release 2025); shown some
    no_plan=0.08,  # LA 336: 15 of 441 (2023) and 40 of 435 (2024) assessments; DfE release 2025
    no_plan_on_time=25 / 40,  # LA 336, 2024, outcome_decision_within_time; DfE release 2025
    bodies=(
        # No duty binds a parent; most answer in three weeks. Invented, plausible.
        Body("parent", ("family",), ("Family",), 0.98, 0.84, 14, unanswered=0.5),
        # Invented, plausible: heads answer well in term and not in August.
        Body(
            "education",
            ("Setting",),
            ("SENCo", "Head teacher", "Inclusion lead"),
            0.99,
            0.94,
            9,
            not_known=0.005,
            never_sent=0.004,
            unanswered=0.04,
            term_time=True,
        ),
        # The one published local figure: 70.6 % of health advice within six weeks, December 2023 (users.md row 43).
        # "Not known" without a name and requests never sent are what the Ombudsman finds (users.md 3.4).
        Body(
            "health",
            ("Community paediatrics", "Speech and language therapy", "Occupational therapy", "CAMHS"),
            ("Paediatrician", "Speech and language therapist", "Occupational therapist", "Health advice administrator"),
            1.0,
            0.706,
            15,
            not_known=0.14,
            nameless=0.12,
            declined=0.01,
            never_sent=0.006,
            unanswered=0.03,
            second=0.30,
        ),
        # Invented, plausible. The share in time is that at pace 1: some 35 % of what fell due in 2025 comes in time.
        # Shortage: 88 % of principal psychologists report difficulty recruiting (Atfield 2023, users.md 3.5).
        Body(
            "psychology",
            ("Educational psychology service",),
            ("Educational psychologist", "Locum educational psychologist", "Assistant psychologist"),
            1.0,
            0.53,
            60,
            never_sent=0.008,
            unanswered=0.01,
            feels_pace=True,
        ),
        # Invented, plausible: many children are not known to social care, and some replies bear no name.
        Body(
            "social_care",
            ("Children's social care front door", "Disabled children's team"),
            ("Duty social worker", "Social worker", "Front door administrator"),
            0.99,
            0.60,
            13,
            not_known=0.42,
            nameless=0.10,
            declined=0.005,
            never_sent=0.012,
            unanswered=0.04,
            second=0.06,
        ),
        Body("other", ("Sensory support service", "Youth justice service"), ("Specialist teacher",), 0.14, 0.72, 12),
        # Reg 6(1)(g): asked in or beyond year 9 only, so this share is of those.
        Body(
            "preparation_for_adulthood",
            ("Preparing for adulthood team", "College transition team"),
            ("Transition adviser",),
            0.85,
            0.55,
            16,
            unanswered=0.05,
        ),
        Body("requested_by_family", ("Independent therapist",), ("Independent therapist",), 0.05, 0.60, 18),
    ),
    # How slow psychology and drafting are by date of request: a factor on their medians. Fitted, so that the share in
    # time falls as LA 336's did (55.8 % in 2024, 19.6 % in 2025; DfE releases 2025 and 2026) and only some 318 plans
    # leave in 2025 although 600 assessments begin. The years before and the recovery in 2026 are invented.
    pace=(
        (date(2023, 1, 1), 0.28),
        (date(2024, 1, 1), 0.20),
        (date(2024, 7, 1), 0.20),
        (date(2025, 1, 1), 1.13),
        (date(2025, 7, 1), 2.48),
        (date(2026, 1, 1), 0.82),
        (date(2026, 7, 1), 0.78),
    ),
    # Fitted to the published mean of 29.0 weeks and 8 of 318 plans over a year (LA 336, 2025; DfE release 2026).
    # These medians are at pace 1.
    drafting_days=49,
    drafting_spread=1.0,
    finalising_days=25,  # invented, plausible: 15 days for the family, 15 for the settings, then a panel
    finalising_spread=0.22,
    awaiting_place=0.14,  # invented: "lack of placements have led to delays in finalising" (users.md row 42)
    awaiting_place_days=34,
    pulled_in=0.55,  # of the plans a few days past the limit, those hurried to be in time; invented
    rushed=0.03,  # invented: plans sent with advice outstanding, which inspectors find (users.md wish 13)
    # What follows a refusal. LA 336: mediation about 6 to 8 and tribunal about 2 requests a year of some 40 refused;
    # DfE releases 2025 and 2026. The split is invented, the rarer ways are made commoner so a demo shows them.
    turned=(
        ("mediation_agreement", 0.13),
        ("reg45_notice", 0.06),
        ("tribunal_order", 0.06),
        ("change_of_mind", 0.10),
    ),
    appealed_no_plan=0.12,  # LA 336, 2024: 5 of 40; DfE release 2025 (mediation and tribunal on assessments)
    appealed_plan=0.033,  # LA 336, 2024: 13 of 395 plans (mediation and tribunal on other matters); DfE release 2025
    # LA 336, 2025: 22 of 318 plans with a Week20 exception, 4 of the 22 in time all the same; DfE release 2026.
    # The split by reason is not published: invented.
    closure_claimed=0.65,  # of the cases whose school was asked in the window of its summer closure
    personal_claimed=0.03,
    absence_claimed=0.015,
    delay_reason=0.14,  # of plans past the limit: a reason that is no exception. Invented.
    doubtful_claim=0.03,  # of assessments: a lawful code that fails its test or lacks its facts. Invented.
    advice_claim=0.03,  # of late health and psychology requests. Invented.
    missing_request_date=0.004,  # England 2025: 65 of 102,203 plans have none; made commoner here so a demo shows some
    contradictory=0.004,  # invented: a year mistyped
    review_decided_on_time=0.333,  # LA 336, 2024, pc_decsion_4weeks (sic); DfE release 2025
    requests_per_officer=65,  # 647 requests over 2 team leaders, 7.5 officers: users.md row 55, rounded up to a demand
    requests_per_setting=5,  # invented: some 130 settings
)
