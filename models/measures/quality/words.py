"""How a milestone is called in a finding: a noun, because a date follows it."""

_NAMES = {
    "assess_decided_on": "decision whether to assess",
    "assess_agreed_after_refusal_on": "agreement to assess after all",
    "brought_to_attention_on": "day of being brought to attention",
    "consultation_replied_on": "setting's reply",
    "consultation_sent_on": "consultation of the setting",
    "dated_on": "date of the order",
    "draft_served_on": "draft",
    "final_plan_sent_on": "final plan",
    "no_plan_notified_on": "refusal of a plan",
    "notified_on": "notice to the family",
    "received_by_body_on": "receipt of the request for advice",
    "reply_on": "reply",
    "representations_received_on": "family's views",
    "request_received_on": "request",
    "requested_on": "request for advice",
    "withdrawn_on": "withdrawal",
}


def named(milestone: str) -> str:
    """The milestone as a noun: "final plan"."""
    return _NAMES.get(milestone) or milestone.removesuffix("_on").replace("_", " ")


def begins(milestone: str) -> str:
    """The milestone as a sentence begins with it: "Final plan"."""
    name = named(milestone)
    return name[0].upper() + name[1:]
