"""What departments know of the city's organisations beside their registration: size, money, research, titles, staff.

One truth per organisation, of which the departments' systems keep copies. Drawn from the credit code, so that an
organisation is the same every day; what time does to it (a title that lapses, a year that is over) it does by `today`.

`model` says what there is to know, `drawing` draws it, `sizes` is the statistical standard for large, medium, small and
micro, `parts` is what is certain of the firms with a part.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from demo.enterprises.drawing import drawn
from demo.enterprises.model import Enterprise
from demo.enterprises.parts import played
from demo.organisations import Organisation
from demo.people import SEED

__all__ = ["Enterprise", "enterprises"]


def enterprises(organisations: Sequence[Organisation], *, today: date, seed: int = SEED) -> Mapping[str, Enterprise]:
    """Return what is true of each organisation, by its credit code."""
    return {
        one.credit_code: played(one.credit_code, drawn(one, today=today, seed=seed), today=today)
        for one in organisations
    }
