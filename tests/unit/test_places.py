"""Where numbers stand among others: looked up in a table where they lie close together, and searched for elsewhere."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from models.queries.columns import places

NUMBERS = st.integers(1, 40) | st.integers(1 << 40, (1 << 40) + 40)


@given(ids=st.sets(NUMBERS), wanted=st.lists(NUMBERS))
@example(ids={5, 6, 8}, wanted=[4, 5, 7, 8, 9, 1 << 40])
@example(ids={5, 1 << 40}, wanted=[4, 5, 6, 1 << 40, (1 << 40) + 1])
def test_each_is_found_where_it_stands_or_nowhere(ids: set[int], wanted: list[int]) -> None:
    rising = sorted(ids)
    found = places(np.array(rising, dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == [rising.index(x) if x in ids else -1 for x in wanted]
