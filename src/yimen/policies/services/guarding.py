"""What a measure allows, looked at before anything of it is begun, filed or decided (受理条件、不重复享受)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yimen.cases import queries as cases
from yimen.cases.logic import day_of
from yimen.cases.models import Case
from yimen.core.errors import Conflict, Invalid
from yimen.policies import queries
from yimen.policies.choosing import Clash, clashes, excluded_with
from yimen.policies.models import Award, Beneficiary, Opinion
from yimen.policies.queries import Measure


class WindowClosed(Conflict):
    """The measure is not applied for on this day."""

    code = "policies.window-closed"
    title = "这个奖补项现在不在申报时间内。"


class SelfDeclared(Conflict):
    """Nobody decides on it: it is declared by oneself, as a tax relief is."""

    code = "policies.self-declared"
    title = "这个奖补项不用申报，由您自行申报享受。"


class Excluded(Conflict):
    """Two measures cannot be had beside each other; `keep` names the one that gives more."""

    code = "policies.excluded"
    title = "有的奖补项不能同时享受。"


class OpinionsOpen(Conflict):
    """The agencies asked for their opinion have not all answered."""

    code = "policies.opinions-open"
    title = "联审部门还没有全部回复。"


class AmountMissing(Invalid):
    """A measure that pays is approved without an amount, or with one it cannot give."""

    code = "policies.amount-missing"
    title = "请填写核定的金额。"


def measure_of(item: str, *, on: date) -> Measure | None:
    """Return the measure this item is, None where it is an item of the catalogue.

    Raises:
        NoSuchPolicy, NoSuchMeasure: it is one, and not in force on that day.
    """
    return queries.measure(item, on=on) if "/" in item else None


def must_be_open(one: Measure, *, on: date) -> None:
    """Refuse what cannot be applied for on that day.

    Raises:
        SelfDeclared, WindowClosed: with what to do instead.
    """
    definition = one.definition
    if not definition.is_applied_for:
        raise SelfDeclared(f"“{definition.name}”请在申报纳税时自行享受，并留存备查资料。", measure=one.name)
    window = definition.window
    if window.starts is not None and on < window.starts:
        raise WindowClosed(
            f"“{definition.name}”从 {window.starts:%Y年%-m月%-d日} 起申报，请到时再来。", measure=one.name
        )
    if not window.is_open(on):
        raise WindowClosed(f"“{definition.name}”的申报已经截止（{window.text}）。请关注下一批。", measure=one.name)


def must_agree(chosen: Sequence[Measure]) -> None:
    """Refuse measures chosen together that exclude one another.

    Raises:
        Excluded: names the two, and which gives more.
    """
    found = clashes([(one.name, one.definition) for one in chosen])
    if not found:
        return
    titles = {one.name: one.definition.name for one in chosen}
    raise Excluded("".join(_told(one, titles) for one in found), drop=[_dropped(one) for one in found])


def _told(clash: Clash, titles: dict[str, str]) -> str:
    said = f"“{titles[clash.one]}”和“{titles[clash.other]}”只能选一项。"
    return said + (f"建议保留金额更高的“{titles[clash.keep]}”。" if clash.keep else "请选对您更合适的一项。")


def _dropped(clash: Clash) -> str:
    return clash.other if clash.keep == clash.one else clash.one if clash.keep else ""


def must_not_hold(one: Measure, *, party: UUID, on: date, with_drafts: bool = False) -> None:
    """Refuse a measure beside which the party has, or waits for, one that excludes it.

    Raises:
        Excluded: names the one it has.
    """
    others = excluded_by(one.name, on=on)
    there = held(party, others, with_drafts=with_drafts)
    if there:
        names = {known.name: known.definition.name for known in queries.measures(on=on)}
        listed = "、".join(f"“{names.get(name, name)}”" for name in there)
        raise Excluded(
            f"您已经享受或正在办理{listed}，不能再申报“{one.definition.name}”。", measure=one.name, held=there
        )
    if Beneficiary.objects.filter(measure=one.name, party_id=party, status=Beneficiary.Status.LISTED).exists():
        raise Excluded(f"“{one.definition.name}”您已经在拟兑付名单上，不用申报，公示后确认账户即可。", measure=one.name)


def excluded_by(name: str, *, on: date) -> frozenset[str]:
    """Return what cannot be had beside this measure on that day."""
    return excluded_with(name, ((one.name, one.definition) for one in queries.measures(on=on)))


def held(party: UUID, measures: frozenset[str], *, with_drafts: bool = False) -> list[str]:
    """Return which of these the party was granted, waits for, or is on a list of."""
    if not measures:
        return []
    awarded = Award.objects.filter(party_id=party, measure__in=measures).values_list("measure", flat=True)
    listed = Beneficiary.objects.filter(party_id=party, measure__in=measures, status=Beneficiary.Status.LISTED)
    under_way = cases.held(party, measures, with_drafts=with_drafts)
    return sorted({*awarded, *listed.values_list("measure", flat=True), *under_way})


def look_before_filing(sender: object, *, case: Case, at: datetime, **payload: object) -> None:
    """Hear that a case is about to be filed; refuse what cannot be applied for now, by whatever way it came.

    Raises:
        NoSuchMeasure, SelfDeclared, WindowClosed, Excluded: the draft stays.
    """
    del sender, payload
    on = day_of(at)
    one = measure_of(case.item_slug, on=on)
    if one is not None:
        must_be_open(one, on=on)
        must_not_hold(one, party=case.applicant_id, on=on)


def look_before_deciding(
    sender: object, *, case: Case, approve: bool, amount: Decimal | None, at: datetime, **payload: object
) -> None:
    """Hear that an officer is about to decide; refuse while agencies were asked and have neither spoken nor run late.

    Raises:
        OpinionsOpen: with who is still to answer. AmountMissing: no amount, or one the measure cannot give.
    """
    del sender, payload, at
    if case.submitted_at is None:
        return
    one = measure_of(case.item_slug, on=day_of(case.submitted_at))
    if one is None:
        return
    waiting = Opinion.objects.filter(case=case, verdict="", escalated_at=None).select_related("agency")
    if names := [opinion.agency.short_name for opinion in waiting]:
        raise OpinionsOpen(
            f"还没有回复的部门：{'、'.join(names)}。全部回复，或逾期并已督办后，再作决定。", agencies=names
        )
    if approve and one.definition.pays:
        _must_be_payable(one, amount)


def _must_be_payable(one: Measure, amount: Decimal | None) -> None:
    cap = one.definition.cap
    if amount is None or not amount.is_finite() or amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise AmountMissing(f"“{one.definition.name}”要拨款：金额应大于 0，写到分为止，单位为元。")
    if cap is not None and amount > cap:
        raise AmountMissing(f"“{one.definition.name}”最多 {cap:,} 元，填写的是 {amount:,} 元。", cap=str(cap))
