"""Deadlines count working days, as the yearly notices arrange them."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from yimen.standards import working_days


def test_every_day_of_the_noticed_years_agrees_with_another_calendar():
    day, differing = date(2018, 1, 1), []
    while day <= date(2026, 12, 31):
        if working_days.is_working_day(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)

    assert differing == []


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2025, 9, 26), 1, date(2025, 9, 28)),  # a Sunday made up
        (date(2025, 9, 26), 10, date(2025, 10, 16)),
        (date(2025, 10, 16), 20, date(2025, 11, 13)),
        (date(2026, 12, 30), 3, date(2027, 1, 5)),
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
    ],
)
def test_a_deadline_is_so_many_working_days_later(start, count, due):
    assert working_days.after(start, count) == due
    assert working_days.between(start, due) == count
    assert working_days.between(due, start) == -count


def test_beyond_the_table_it_is_said_and_not_guessed():
    with pytest.raises(working_days.CalendarGap, match="2028"):
        working_days.after(date(2027, 12, 30), 5)
