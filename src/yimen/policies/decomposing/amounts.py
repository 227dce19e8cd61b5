"""How much a measure gives, read from its words: fixed, a share, per head, in steps, the difference, up to a limit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from yimen.policies.decomposing import numerals
from yimen.policies.decomposing.conditions import Reader, same_quantity
from yimen.policies.decomposing.expressions import Compare, Expression, every, feel
from yimen.policies.decomposing.proposal import Amount, AmountForm, Evidence, Tier
from yimen.policies.decomposing.reading import Span, Squeezed, squeeze

BENEFITS = r"奖励|奖补|资助|补贴|补助|返还|抵扣|贴息|扶持|减免|减征|免征|减按|减半|加计扣除|退税|兑现|配套|贷款|抵免"
BENEFIT = re.compile(rf"{BENEFITS}|给予|发放|支持|可申请")
GIVES = re.compile(r"给予[^，。；]{0,10}?(?:补贴|补助|资助|奖补|贴息)")
FIGURE = re.compile(rf"(?P<money>{numerals.MONEY})|(?P<share>{numerals.PERCENT})|(?P<half>减半)")
_CAP = re.compile(r"(?:最高|不超过|至多|上限|封顶|限额|不得超过|累计)[^，。；]{0,12}$|(?<=单家企业)最高$")
_NOT_GIVEN = re.compile(r"(?:不低于|不少于|低于|不足|以上|大于|超过)$")
_PER_HEAD = re.compile(
    r"每(?:新?招用|新增|吸纳|引进|培训)?(?:\d+|一)?(?:名|人|个|位|台|件|项|次|户?名)[^，。；]{0,10}$|(?:按|给予)?每人(?:每月)?$|每人[^，。；]{0,6}$"
)
_RATIO_LEFT = re.compile(r"(?:按|的|至|比例)[^，。；]{0,4}$|按[^，。；]{0,24}$|不超过[^，。；]{0,16}$")
_RATIO_RIGHT = re.compile(
    r"^(?:的?(?:比例|标准|税率|部分)?[^，。；]{0,8}(?:予以|给予|返还|补|资助|抵扣|奖励|贴息|计算|加计|摊销|缴纳|减|征))|^(?:的比例|给予)"
)
_PERIODS = (
    ("一次性", r"一次性"),
    ("每月", r"每人每月|按月|每月"),
    ("每季", r"按季|每季"),
    ("每年", r"每年|按年(?!度实际)|年度内每"),
)
_HEADS = (("hire", r"招用|吸纳|聘用"), ("intern", r"见习"))
_STATUTORY_RATE = Decimal(25)
"""The rate of the enterprise income tax where no relief applies, in percent (企业所得税法 art. 4)."""
_NEAR = 30


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a passage: what it is for, and the words of its clause before it."""

    role: str
    value: Decimal
    start: int
    when: str


def has_benefit(text: str) -> bool:
    """Tell whether a squeezed passage grants something that can be reckoned."""
    return any(_figures(squeeze_of) for squeeze_of in re.split(r"[。\n]", text) if BENEFIT.search(squeeze_of))


def first_given(text: str) -> int | None:
    """Return where in a squeezed passage the clause begins that says what is given; None where none does."""
    starts = [one.start for sentence in [text] for one in _figures(sentence) if BENEFIT.search(sentence)]
    if found := GIVES.search(text):
        starts.append(found.start())
    if not starts:
        return None
    return max(text.rfind(mark, 0, min(starts)) for mark in "，；。：") + 1


def gives(text: str) -> bool:
    """Tell whether a squeezed passage grants something, be it without a figure (给予见习补贴)."""
    if "|" in text:
        return bool(_table(text, 0))
    return has_benefit(text) or GIVES.search(text) is not None


def read(passages: list[tuple[str, int]], reader: Reader, name: str = "") -> Amount:
    """Return the amount these passages of the original give: text and where it begins; NONE where they give none."""
    figures: list[_Figure] = []
    evidence: list[Evidence] = []
    words: list[str] = []
    for text, start in passages:
        if "|" in text and (table := _table(text, start)):
            figures += table
            words.append(text)
            evidence.append(reader.evidence(Span(start, start + len(text))))
            continue
        for sentence in _sentences(squeeze(text, start)):
            found = _figures(sentence.text) if BENEFIT.search(sentence.text) else []
            if figures and not found and re.search(r"额度|最高|累计", sentence.text):
                found = [one for one in _all_figures(sentence.text) if one.role == "cap"]
            if found:
                figures += found
                words.append(sentence.text)
                evidence.append(reader.evidence(sentence.span(0, len(sentence.text))))
    if not figures:
        return Amount(AmountForm.NONE, lacks="给多少，文中没有写。" if passages else "")
    said = "。".join(words)
    if any("据实" in text for text, _ in passages):
        said += f"。据实{name}"  # it may stand in brackets
    period = next((name for name, pattern in _PERIODS if re.search(pattern, said)), "")
    return replace(_amount(figures, said, reader), evidence=tuple(evidence), period=period)


def _table(text: str, start: int) -> list[_Figure]:
    """Return the figures of a table one of whose columns is an amount: a row a step, named by its first cell."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.split("\n") if line.strip()]
    if len(rows) < 2 or not any(BENEFIT.search(cell) or "金额" in cell or "标准" in cell for cell in rows[0]):  # noqa: PLR2004
        return []
    found = []
    for row in rows[1:]:
        money = [(cell, one) for cell in row[1:] if (one := re.search(numerals.MONEY, cell))]
        value = numerals.yuan(money[-1][1].group()) if money else None
        if value is not None:
            at = start + text.find(money[-1][0])
            found.append(_Figure("given", value, at, row[0]))
    return found


def _sentences(squeezed: Squeezed) -> Iterator[Squeezed]:
    begun = 0
    for found in re.finditer("。|$", squeezed.text):
        if found.start() > begun:
            yield squeezed.part(begun, found.start())
        begun = found.end()


def _figures(sentence: str) -> list[_Figure]:
    """Return the figures of a sentence that say how much is given; none where all are limits of something else."""
    found = _all_figures(sentence)
    limits = "贷款" in sentence or re.search(r"最高.*(?:奖励|资助|补贴|补助)|可申请", sentence)
    return found if limits or any(one.role != "cap" for one in found) else []


def _all_figures(sentence: str) -> list[_Figure]:
    found: list[_Figure] = []
    for one in FIGURE.finditer(sentence):
        clause = max(sentence.rfind(mark, 0, one.start()) for mark in "，；。：、") + 1
        segment = max(sentence.rfind(mark, 0, one.start()) for mark in "；。") + 1
        left, right = sentence[clause : one.start()], sentence[one.end() : one.end() + 20]
        value = Decimal(50) if one["half"] else numerals.yuan(one.group()) if one["money"] else _percent(one.group())
        if value is None:
            continue
        role = _role(one, left, right, sentence[max(segment, one.start() - _NEAR) : one.start()])
        if role == "given" and not BENEFIT.search(sentence[segment:]):
            continue
        if role:
            found.append(_Figure(role, value, one.start(), _when(sentence, segment, one.start())))
    return found


def _percent(text: str) -> Decimal | None:
    quantity = numerals.quantity(text)
    return quantity.number if quantity else None


def _role(one: re.Match[str], left: str, right: str, before: str) -> str:
    """Return what a figure is: given, share, per-head, difference or cap; empty where it is none of these."""
    if one["half"]:
        return "share"
    if one["share"]:
        if (
            re.match(r"[^，。；]{0,3}以上|以下", right)
            or re.search(r"不低于[^，。；]{0,14}$", left)
            or re.search(r"(?:达到|占比|比重|不低于|不高于|税率|收入|负债率)[^，。；]{0,3}$", left)
        ):
            return ""
        return "share" if _RATIO_LEFT.search(left) or _RATIO_RIGHT.match(right) else ""
    if re.search(r"差额|补差|补足", left):
        return "difference"
    if _CAP.search(left) or re.match(r"(?:封顶|为上限|以内)", right):
        return "cap"
    if _NOT_GIVEN.search(left) or re.match(r"以上|以下|以内的?贷|及以上", right):
        return ""
    if _PER_HEAD.search(left) or (
        re.search(r"每(?:新?招用|新增|吸纳|引进|培训|培养)(?:\d+|一)?(?:名|人)", before) and "每" in before
    ):
        return "per-head"
    return "given"


def _when(sentence: str, segment: int, at: int) -> str:
    """Return the words of a segment before a figure that say whom or what it is for."""
    words = re.sub(
        r"(?:给予|按|一次性|奖励|资助|补贴|补助|再|可|予以|享受|的?标准|最高|实行|兑现|每年|每人|每户|每名|计算|不超过|差额).*$",
        "",
        sentence[segment:at].rpartition("，")[2],
    )
    if not words:
        words = sentence[segment:at].rpartition("，")[0].rpartition("，")[2]
    return re.sub(r"^[对将凡于、]|的企业$|的$|其中", "", words)[:40]


def _amount(figures: list[_Figure], said: str, reader: Reader) -> Amount:
    roles = [one.role for one in figures]
    if (
        re.search(r"贷款|可申请", said)
        and set(roles) <= {"cap", "given"}
        and not re.search(r"奖励|资助|补助|补贴", said)
    ):
        return Amount(
            AmountForm.UP_TO, cap=max(one.value for one in figures), lacks="贴息的比例和计息天数，文中没有写。"
        )
    if re.search(r"应纳税|所得税|税率|加计扣除|减半征收|摊销", said):
        return _tax(figures, said, reader)
    if "difference" in roles:
        return _difference(figures, reader)
    if "per-head" in roles:
        return _per_head(figures, said, reader)
    if "share" in roles:
        return _shares(figures, said, reader)
    return _fixed(figures, said, reader)


def _tiers(figures: list[_Figure], role: str) -> list[Tier]:
    """Return the steps with each its cap: the first one named after it and before the next step."""
    given = [one for one in figures if one.role == role]
    tiers = []
    for place, one in enumerate(given):
        ends = given[place + 1].start if place + 1 < len(given) and given[place + 1].start > one.start else 10**9
        caps = [other.value for other in figures if other.role == "cap" and one.start < other.start < ends]
        is_share = role == "share"
        tiers.append(
            Tier(
                one.when, None if is_share else one.value, one.value if is_share else None, max(caps) if caps else None
            )
        )
    return tiers


def _overall_cap(figures: list[_Figure]) -> Decimal | None:
    caps = [one.value for one in figures if one.role == "cap"]
    return max(caps) if caps else None


def _capped(text: str, cap: Decimal | None) -> str:
    return f"min({text}, {cap.normalize():f})" if cap is not None else text


def _tax(figures: list[_Figure], said: str, reader: Reader) -> Amount:
    tiers = tuple(_tiers(figures, "share"))
    base = reader.book.base_of(said)
    shares = [one.percent for one in tiers if one.percent is not None]
    form = AmountForm.TIERED if len(tiers) > 1 else AmountForm.RATIO
    if re.search(r"减按.{0,12}计算应纳税所得额", said) and len(shares) == 2 and base:  # noqa: PLR2004
        left = shares[0] * shares[1] / 100
        return Amount(AmountForm.RATIO, tiers, base=base, feel=f"{base} * {(_STATUTORY_RATE - left) / 100:f}")
    if (rate := re.search(rf"减按({numerals.PERCENT})(?:的)?税率", said)) and base and (share := _percent(rate[1])):
        return Amount(AmountForm.RATIO, tiers, base=base, feel=f"{base} * {(_STATUTORY_RATE - share) / 100:f}")
    return Amount(form, tiers, base=base, lacks="减免的税额还要看适用税率，文中没有写。")


def _difference(figures: list[_Figure], reader: Reader) -> Amount:
    tiers = [*_tiers(figures, "given"), *_tiers(figures, "difference")]
    if len(tiers) < 2 or tiers[0].yuan is None or tiers[-1].yuan is None:  # noqa: PLR2004
        return Amount(AmountForm.DIFFERENCE, tuple(tiers), lacks="补差的全额或差额，文中没有写。")
    asks = every([one.asks for one in reader.find(squeeze(tiers[-1].when)) if one.phrase.kind == "claim"])
    if asks is None:
        return Amount(
            AmountForm.DIFFERENCE, tuple(tiers), lacks=f"“{tiers[-1].when}”没有对应的数据项，补差时无法核对。"
        )
    return Amount(
        AmountForm.DIFFERENCE,
        tuple(tiers),
        feel=f"if {feel(asks)} then {tiers[-1].yuan.normalize():f} else {tiers[0].yuan.normalize():f}",
    )


def _per_head(figures: list[_Figure], said: str, reader: Reader) -> Amount:
    tiers, cap = tuple(_tiers(figures, "per-head")), _overall_cap(figures)
    cap = None if cap in {one.yuan for one in tiers} else cap
    step = re.search(r"(\d+)人以下", said)
    count = reader.book.base_of(said)
    if len(tiers) == 2 and step and count and tiers[0].yuan and tiers[1].yuan:  # noqa: PLR2004
        first, low, high = int(step[1]), tiers[0].yuan.normalize(), tiers[1].yuan.normalize()
        reckoned = f"if {count} <= {first} then {count} * {low:f} else {first * low:f} + ({count} - {first}) * {high:f}"
        return Amount(AmountForm.TIERED, tiers, cap=cap, base=count, feel=_capped(reckoned, cap))
    if len(tiers) == 1 and tiers[0].yuan:
        roster = next((name for name, pattern in _HEADS if re.search(pattern, said)), "")
        times = f" * count({roster})" if roster else ""
        return Amount(AmountForm.PER_HEAD, tiers, cap=cap, feel=_capped(f"{tiers[0].yuan.normalize():f}{times}", cap))
    return Amount(AmountForm.TIERED, tiers, cap=cap, lacks="每一档各多少人，没有对应的数据项。")


def _shares(figures: list[_Figure], said: str, reader: Reader) -> Amount:
    tiers = _tiers(figures, "share")
    base = reader.book.base_of(said)
    if len(tiers) == 1:
        cap = _overall_cap(figures)
        share = tiers[0].percent
        assert share is not None
        reckoned = _capped(f"{base} * {share / 100:f}", cap) if base else ""
        return Amount(
            AmountForm.RATIO,
            (replace(tiers[0], cap=cap),),
            cap=cap,
            base=base,
            feel=reckoned,
            lacks="" if base else "按什么计算，没有对应的数据项。",
        )
    if not base:
        return Amount(AmountForm.TIERED, tuple(tiers), lacks="计算的基数，没有对应的数据项。")
    given = [_capped(f"{base} * {(one.percent or Decimal(0)) / 100:f}", one.cap) for one in tiers]
    reckoned = _chosen(tiers, given, reader)
    return Amount(AmountForm.TIERED, tuple(tiers), base=base, feel=reckoned, lacks="" if reckoned else _NO_STEPS)


_NO_STEPS = "分档的依据，没有对应的数据项。"


def _chosen(tiers: list[Tier], given: list[str], reader: Reader) -> str:
    """Return FEEL that gives what the step gives whose words hold; empty where a step's words are not known.

    One step may have no words of its own: it is what everybody else gets. Of steps over one number the one farthest on
    comes first, so that whoever passes the second is not given the first.
    """
    steps: list[tuple[Expression, str]] = []
    rest: list[str] = []
    before: Expression | None = None
    for tier, what in zip(tiers, given, strict=True):
        text = squeeze(tier.when)
        before = every([one.asks for one in reader.find(text)]) or same_quantity(before, text.text)
        if before is None:
            rest.append(what)
        else:
            steps.append((before, what))
    if len(rest) > 1 or not steps:
        return ""
    if all(isinstance(one, Compare) for one, _ in steps):
        steps.sort(key=lambda step: _farthest(step[0]), reverse=True)
    reckoned = rest[0] if rest else steps.pop()[1]
    for when, what in reversed(steps):
        reckoned = f"if {feel(when)} then {what} else {reckoned}"
    return reckoned


def _farthest(asks: Expression) -> Decimal:
    assert isinstance(asks, Compare)
    return asks.value if asks.operator in {">", ">="} else -asks.value


def _fixed(figures: list[_Figure], said: str, reader: Reader) -> Amount:
    tiers, cap = _tiers(figures, "given"), _overall_cap(figures)
    if not tiers:
        return Amount(AmountForm.UP_TO, cap=cap, lacks="只写了上限，实际金额由评审核定。")
    yuan = tiers[0].yuan
    assert yuan is not None
    if len(tiers) == 1:
        base = reader.book.base_of(said) if "据实" in said else ""
        amount = f"min({yuan.normalize():f}, {base})" if base else f"{yuan.normalize():f}"
        return Amount(AmountForm.FIXED, tuple(tiers), cap=cap, base=base, feel=amount)
    given = [f"{(one.yuan or Decimal(0)).normalize():f}" for one in tiers]
    reckoned = _chosen(tiers, given, reader)
    return Amount(AmountForm.TIERED, tuple(tiers), cap=cap, feel=reckoned, lacks="" if reckoned else _NO_STEPS)
