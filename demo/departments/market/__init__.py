"""Market regulation (市场监管·演示): an HTTP service with a key of its own over a store of its own.

    GET /v1/enterprises?fields=credit_code,status_code&after=<the last answer's next>     all of them, page by page
    GET /v1/enterprises/<credit code>?fields=status_code,established
    GET /v1/enterprises/<credit code>/representatives/<ID number>?fields=is_representative
    GET /v1/intellectual-property?fields=credit_code,core_ip&after=…                      all of them, page by page
    GET /v1/intellectual-property/<credit code>?fields=core_ip,class_one
    GET /v1/declarations/<ID number>?fields=name,name_approved
    X-Api-Key: …

Answers and errors are as education's. Whether somebody is an organisation's representative is answered for one person
at a time, so that nobody learns who else is. Of a thousand organisations some have no record, no date, or a status code
that is in no list (9). That is meant.

    enterprises      name, status_code (1 存续, 2 经营异常, 3 歇业, 4 吊销, 5 注销), established (YYYYMMDD), division,
                     industry (GB/T 4754), abnormal (Y 列入经营异常名录, N 未列入), type (1 有限责任公司; now and then
                     9, which is in no list), equity (近两年新增合格机构投资者实缴股权投资, yuan)
    intellectual-    core_ip (拥有核心技术的知识产权 Y, N), class_one (有效的Ⅰ类知识产权数), systems (有效管理体系认证,
    property         with semicolons between, empty for none)
    representatives  is_representative (Y, N): a record for every organisation's own representative; nobody else has one
    declarations     name (empty: without a name), name_approved, industry, pre_approval_required,
                     pre_approval_obtained, restricted, identity_verified (Y, N), address_code, address
"""

from collections.abc import Iterator, Mapping, Sequence

from demo.departments.register import Row, Table
from demo.enterprises import Enterprise
from demo.life import Declaration, Life
from demo.organisations import Fault, Organisation
from demo.people import Person

TABLES = {
    "representatives": Table(
        "/v1/enterprises/{}/representatives/{}", ("credit_code", "id_number"), ("is_representative",)
    ),
    "enterprises": Table(
        "/v1/enterprises/{}",
        ("credit_code",),
        ("name", "status_code", "established", "division", "industry", "abnormal", "type", "equity"),
        listed="/v1/enterprises",
    ),
    "intellectual_property": Table(
        "/v1/intellectual-property/{}",
        ("credit_code",),
        ("core_ip", "class_one", "systems"),
        listed="/v1/intellectual-property",
    ),
    "declarations": Table(
        "/v1/declarations/{}",
        ("id_number",),
        (
            "name",
            "name_approved",
            "industry",
            "pre_approval_required",
            "pre_approval_obtained",
            "restricted",
            "identity_verified",
            "address_code",
            "address",
        ),
    ),
}
NO_SUCH_STATUS = "9"


def rows(
    people: Sequence[Person],
    lives: Mapping[str, Life],
    organisations: Sequence[Organisation],
    enterprises: Mapping[str, Enterprise],
    *,
    as_of: str,
) -> Mapping[str, Iterator[Row]]:
    """Return the department's copy, with its own faults."""
    known = [one for one in organisations if Fault.NOT_REGISTERED not in one.faults]
    return {
        "representatives": ((one.credit_code, one.representative.id_number, "Y", as_of, "0") for one in known),
        "enterprises": (
            (one.credit_code, *_enterprise(one, enterprises[one.credit_code]), as_of, "0") for one in known
        ),
        "intellectual_property": (
            (one.credit_code, *_intellectual_property(enterprises[one.credit_code]), as_of, "0")
            for one in known
            if "intellectual_property" not in enterprises[one.credit_code].missing
        ),
        "declarations": (
            (one.id_number, *_declaration(declared), as_of, "0")
            for one in people
            if (declared := lives[one.id_number].declaration) is not None
        ),
    }


def _enterprise(one: Organisation, enterprise: Enterprise) -> tuple[str | None, ...]:
    status = NO_SUCH_STATUS if Fault.NO_SUCH_STATUS in one.faults else one.status.value
    day = None if Fault.NO_DATE in one.faults else f"{one.registered_on:%Y%m%d}"
    equity = None if enterprise.equity is None else str(enterprise.equity)
    return one.name, status, day, one.division, one.industry, _said(one.is_abnormal), enterprise.type, equity


def _intellectual_property(one: Enterprise) -> tuple[str, ...]:
    return _said(one.research.has_core_ip), str(one.research.class_one_ip), ";".join(one.research.systems)


def _declaration(one: Declaration) -> tuple[str, ...]:
    return (
        one.name,
        _said(one.is_name_approved),
        one.industry,
        _said(one.needs_approval),
        _said(one.has_approval),
        _said(one.is_restricted),
        _said(one.is_verified),
        one.address_code,
        one.address,
    )


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's letters
    return "Y" if claim else "N"
