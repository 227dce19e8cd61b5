"""What social security holds of people and organisations."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from demo.departments.database import Database, Row
from demo.life import Life
from demo.organisations import Fault, Organisation

DATABASE = Database("social", "sbxt", Path(__file__).parent)
BANKS = ("工商银行", "建设银行", "农业银行", "中国银行", "招商银行")


def tables(
    lives: Mapping[str, Life], organisations: Sequence[Organisation], *, updated: str
) -> Mapping[str, Iterator[Row]]:
    """Return the rows by table; `updated` is the department's own time stamp, YYYYMMDDhhmmss."""
    return {
        "ac01 (aac002, cbzt_dm, gxsj)": ((number, life.insurance, updated) for number, life in lives.items()),
        "sbk (aac002, yhzh, khyh, gxsj)": (
            (number, life.account, BANKS[int(life.account[-1]) % len(BANKS)], updated)
            for number, life in lives.items()
            if life.account is not None
        ),
        "jyfw (aac002, djsyrq, sfjykn, sflqcyzz, gxsj)": (
            (
                number,
                f"{life.unemployed_on:%Y%m%d}" if life.unemployed_on else None,
                "1" if life.is_hardship else "0",
                "1" if life.has_grant else "0",
                updated,
            )
            for number, life in lives.items()
        ),
        "dwcb (tyshxydm, lxcb3y, gxsj)": (
            (one.credit_code, "1" if one.has_insured_staff else "0", updated)
            for one in organisations
            if Fault.NOT_INSURED not in one.faults
        ),
    }
