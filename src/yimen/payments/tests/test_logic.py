"""Account numbers, amounts, and too little money shared out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.payments import logic

CLAIMS = st.lists(st.decimals("0.01", "9999999", places=2), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("6222 0244 0300 1234", "6222024403001234"),
        ("\uff14\uff14\uff10\uff13\uff10\uff10\uff11\uff12", "44030012"),
        ("4403-0012-3456", "440300123456"),
    ],
)
def test_an_account_number_is_read_as_people_write_it(written, number):
    assert logic.account_number(written) == number


@pytest.mark.parametrize(
    "written", ["", "1234567", "9" * 33, "62220244O3001234", "6222\x0002440300", "六二二二零二四四"]
)
def test_what_can_be_no_account_is_refused_without_repeating_it(written):
    with pytest.raises(logic.BadAccount) as refused:
        logic.account_number(written)

    assert not written or written not in refused.value.detail


@pytest.mark.parametrize("yuan", ["0", "-1", "0.001", "NaN", "Infinity", "1e12"])
def test_what_can_be_no_amount_is_refused(yuan):
    with pytest.raises(logic.BadAmount):
        logic.amount(Decimal(yuan))


@given(available=st.decimals("0", "9999999", places=2), claims=CLAIMS)
def test_too_little_money_is_shared_to_the_last_fen_and_nobody_gets_more_than_claimed(available, claims):
    named = [(str(place), claim) for place, claim in enumerate(claims)]

    given_out = logic.allot(available, named)

    assert sum(given_out.values()) == min(available, sum(claims))
    assert all(0 <= given_out[key] <= claim for key, claim in named)
    assert given_out == logic.allot(available, named)


def test_equal_claims_get_equal_shares_but_for_the_last_fen():
    assert logic.allot(Decimal("100.00"), [("a", Decimal(60)), ("b", Decimal(60)), ("c", Decimal(60))]) == {
        "a": Decimal("33.34"),
        "b": Decimal("33.33"),
        "c": Decimal("33.33"),
    }
