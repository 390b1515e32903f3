"""What an address in `people` can be, and what is refused with its remedy and without its secret."""

import pytest

from notifications.channels.addresses import parse_address
from notifications.channels.base import AddressRefusedError
from notifications.channels.secrets import block_of, channel_setting


@pytest.mark.parametrize(
    ("given", "way", "to", "shown"),
    [
        ("officer@council.example", "email", "officer@council.example", "officer@council.example"),
        (" o.fficer+send@council.example ", "email", "o.fficer+send@council.example", "o.fficer+send@council.example"),
        ("channel:send-team", "channel", "send-team", "channel:send-team"),
        ("channel:SEND team North", "channel", "SEND team North", "channel:SEND team North"),
        ("notify-email:a@b.example", "notify-email", "a@b.example", "notify-email:a@b.example"),
        ("notify-sms:+44 7700 900123", "notify-sms", "+44 7700 900123", "notify-sms:+44 7700 900123"),
        ("file:", "file", "", "file:"),
    ],
)
def test_an_address_says_by_which_way_and_to_where(given: str, way: str, to: str, shown: str) -> None:
    found = parse_address(given)
    assert (found.way, found.to, found.shown) == (way, to, shown)


@pytest.mark.parametrize(
    "given",
    [
        "slack://token-a/token-b/token-c",
        "https://hooks.example/services/token",
        "mailto://user:token@council.example",
        "channel:json://token",
    ],
)
def test_an_address_that_is_a_key_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        parse_address(given)
    assert "token" not in str(refused.value)
    assert "channel:NAME" in refused.value.remedy


@pytest.mark.parametrize(
    "given",
    [
        *(
            "nobody",
            "",
            "a@b.example, c@d.example",
            "a b@c.example",
            "A <a@b.example>",
            "a@b.example\nBcc: c@d.example",
        ),
        *("fax:01902 000000", "notify-sms:call me", "channel:", "channel:../x", "file:/etc", "naïve@council.example"),
    ],
)
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(AddressRefusedError, match="cannot be understood"):
        parse_address(given)


def test_the_settings_of_a_channel_follow_from_its_name() -> None:
    assert channel_setting("SEND team-North") == "EHC_CHANNEL_SEND_TEAM_NORTH"
    assert block_of("EHC_CHANNEL_SEND_TEAM_NORTH") == "ehc-channel-send-team-north"
