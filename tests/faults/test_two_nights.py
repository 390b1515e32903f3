"""Two nights started at once, as by a schedule and by hand, end in the same tables as one."""

from tests.faults.conftest import Eve, Nursery
from tests.faults.nights import differences


def test_two_nights_at_once(evening: str, eve: Eve, nursery: Nursery) -> None:
    assert nursery.bear("two nights", evening, str(eve.tonight)) == 0
    assert differences(evening, eve.whole) == []
