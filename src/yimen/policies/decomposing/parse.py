"""Taking a policy apart (政策拆解, 最小颗粒化): from its text to the measures it holds, nothing decided yet."""

import re
from collections.abc import Iterator

from yimen.policies.decomposing import amounts, conditions, details, numerals
from yimen.policies.decomposing.conditions import Group, Leaf, Reader
from yimen.policies.decomposing.details import Passage
from yimen.policies.decomposing.head import Head, head
from yimen.policies.decomposing.outline import PARAGRAPH, Node, lead_of, outline
from yimen.policies.decomposing.phrasebook import Found, Phrasebook, phrasebook
from yimen.policies.decomposing.places import places
from yimen.policies.decomposing.proposal import Amount, AmountForm, Condition, Decomposition, Evidence, Measure
from yimen.policies.decomposing.reading import Span, alike, sentences, squeeze
from yimen.policies.decomposing.scoping import concerns
from yimen.policies.decomposing.sections import ALTERNATIVES, DEMANDS_LIST, EXCLUDES, Role, role_in, role_of
from yimen.policies.decomposing.seeds import Seed, seeds
from yimen.policies.logic import Kind

_A_CLAUSE = 5
_LISTED = {Role.SUBJECTS, Role.CONDITIONS, Role.EXCLUSIONS}


def decompose(text: str, book: Phrasebook | None = None) -> Decomposition:
    """Return what the text of one policy is taken apart into; offsets count characters of `text` as given.

    Raises:
        TextRefused: it is empty, too long, or not Chinese text.
    """
    known = book or phrasebook()
    read = alike(text)
    framed = head(read)
    root = outline(read[framed.body.start : framed.body.end], framed.body.start)
    found = seeds(root, framed, known)
    meant = places(framed, read[framed.body.start : framed.body.start + 400])
    memory: dict[tuple[str, frozenset[str], str], list[Found]] = {}
    measures = tuple(
        _measure(
            number,
            seed,
            found,
            root=root,
            framed=framed,
            reader=Reader(known, meant, text, read, memory, _about(seed), seed.title.values[0] if seed.title else ""),
        )
        for number, seed in enumerate(found, 1)
    )
    return Decomposition(framed, measures, tuple(_notes(framed, measures)))


def _notes(framed: Head, measures: tuple[Measure, ...]) -> Iterator[str]:
    if not measures:
        yield "没有找到奖补、减免或认定的条款。若确有条款，请直接新建；若是扫描件，请先做文字识别。"
    if not framed.title:
        yield "没有认出标题。"
    if framed.effective_from and framed.effective_until and framed.effective_until < framed.effective_from:
        yield f"执行期的止日 {framed.effective_until} 早于起日 {framed.effective_from}，请核对。"
    for one in measures:
        if one.window.from_ and one.window.until and one.window.until < one.window.from_:
            yield f"“{one.name}”的申报止日 {one.window.until} 早于起日 {one.window.from_}，请核对。"


def _about(seed: Seed) -> frozenset[str]:
    words = f"{seed.name}{''.join(text for text, _ in seed.words)}"
    return frozenset(
        subject for pattern, subject in _ABOUT if subject in {"loan", "intern"} and re.search(pattern, words)
    )


def _measure(number: int, seed: Seed, every: list[Seed], *, root: Node, framed: Head, reader: Reader) -> Measure:
    mine = {id(one) for node in seed.nodes for one in node.walk()}
    others = {id(one) for other in every if other is not seed for node in other.nodes for one in node.walk()} - mine
    spoken = [one for one in root.walk() if one.text and id(one) not in others]
    amount = amounts.read(list(seed.words), reader, seed.name) if not seed.grants_title else amounts.read([], reader)
    kind = _kind(seed, amount.form)
    units = list(_units(root, seed, every, others))
    read = conditions.read(units, reader)
    passages = _passages(root, seed, every, others)
    whole = [(one.text, one.start) for one in spoken if concerns(one.text, seed, every)]
    mode, mode_evidence = details.mode_of([*passages[Role.MODE], *whole, (framed.title, 0)], reader)
    papers, papers_evidence = details.materials_of(
        passages[Role.MATERIALS], reader, lambda words: concerns(f"申报{words}，", seed, every)
    )
    own = [(node.body, node.body_start) for top in seed.nodes for node in top.leaves()]
    window = details.window_of(
        [*_asking_first(passages[Role.WINDOW]), *passages[Role.MODE], *_executed(own)], framed, reader
    )
    if not mode_evidence or mode_evidence[0].span.start < framed.body.start:
        mode_evidence = tuple(one for one in mode_evidence if one.text in reader.original)
    evidence = tuple(reader.evidence(Span(at, at + len(text))) for text, at in seed.words) or _title_evidence(
        framed, reader
    )
    subjects = tuple(
        dict.fromkeys(
            fact.partition(".")[0] for one in read for fact in one.facts if not fact.startswith("application.")
        )
    )
    confidence, because = _sure(seed, amount, read)
    return Measure(
        id=f"m{number}",
        name=seed.name,
        kind=kind,
        mode=mode,
        amount=amount,
        conditions=read,
        materials=papers,
        window=window,
        handled_by=details.handled_by(
            [*passages[Role.MODE], *passages[Role.PROCEDURE], *passages[Role.WINDOW], *whole], framed, reader
        ),
        contact=details.contact_of(reader.alike[root.start :], root.start, reader),
        excludes=details.excludes_of(whole, reader),
        repeatable=kind in {Kind.TAX, Kind.INTEREST} or amount.period not in {"", "一次性"},
        evidence=evidence,
        confidence=confidence,
        because=because,
        mode_evidence=mode_evidence,
        subjects=subjects or ("org",),
        changeable=_changeable(read, reader),
        materials_evidence=papers_evidence,
    )


def _changeable(read: tuple[Condition, ...], reader: Reader) -> tuple[str, ...]:
    named = {fact for one in read for fact in one.facts}
    return tuple(sorted({one.fact for one in reader.book.phrases if one.changeable and one.fact in named}))


def _title_evidence(framed: Head, reader: Reader) -> tuple[Evidence, ...]:
    at = reader.alike.find(framed.title)
    return (reader.evidence(Span(at, at + len(framed.title))),) if framed.title and at >= 0 else ()


def _kind(seed: Seed, form: AmountForm) -> Kind:
    words = f"{seed.name}{''.join(squeeze(text).text for text, _ in seed.words)}"
    if seed.grants_title:
        return Kind.TITLE
    if re.search(r"所得税|增值税|税率|加计扣除|税款|减半征收", words):
        return Kind.TAX
    if re.search(r"贴息|贷款", seed.name) or "贴息" in words:
        return Kind.INTEREST
    return Kind.GRANT if form is not AmountForm.NONE or amounts.GIVES.search(words) else Kind.OTHER


def _sure(seed: Seed, amount: Amount, read: tuple[Condition, ...]) -> tuple[float, str]:
    reasons = [seed.why]
    sure = seed.sure
    if amount.lacks:
        sure -= 0.1
        reasons.append(f"金额还不能自动计算：{amount.lacks}")
    unread = sum(one.asks is None for one in read)
    if unread:
        sure -= 0.2 * unread / len(read)
        reasons.append(f"{len(read)} 项条件中有 {unread} 项没有对应的数据项。")
    if not read:
        sure -= 0.2
        reasons.append("没有找到条件。")
    return round(max(sure, 0.1), 2), "".join(reasons)


def _units(root: Node, seed: Seed, every: list[Seed], others: set[int]) -> Iterator[Leaf | Group]:
    """Yield the passages that state conditions of this measure: shared parts first, then those of its own, in order."""

    def walk(node: Node, role: Role) -> Iterator[Leaf | Group]:
        if id(node) in others and not any(node is one for one in seed.nodes):
            return
        here = role_in(node, role) if node.style != "root" else Role.NONE
        inside = any(node is one for one in seed.nodes)
        if here in _LISTED:
            yield from _listed(node, here, seed, every)
            return
        if (
            node.body
            and (inside or _below(node, seed))
            and here not in {Role.OTHER, Role.PROCEDURE, Role.WINDOW, Role.MATERIALS, Role.CONTACT}
        ):
            yield from _own(node, seed, every)
        elif (
            node.body
            and here in {Role.STANDARD, Role.OTHER, Role.NONE}
            and _ONLY_ONCE.search(node.body)
            and concerns(node.body, seed, every)
        ):
            yield Leaf(node.body, node.body_start, is_required=False)
        listed = _lists_of_conditions(node) if here in {Role.NONE, Role.STANDARD} else []
        for child in node.children:
            if any(child is one for one in listed):
                yield from _leaves(child, Role.CONDITIONS, lead_of(node, child), seed, every)
            else:
                yield from walk(child, here)

    yield from walk(root, Role.NONE)


def _lists_of_conditions(node: Node) -> list[Node]:
    """Return the items of lists that stand under words such as 应同时满足: in a part that has no heading of its own."""
    items = []
    leads = False
    for child in node.children:
        if child.style == PARAGRAPH:
            leads = bool(DEMANDS_LIST.search(squeeze(child.body).text)) and not EXCLUDES.search(
                squeeze(child.body).text
            )
        elif leads and not child.heading:
            items.append(child)
    return items


_ONLY_ONCE = re.compile(r"只(?:予以?)?(?:奖励|资助|补助)一次|限享受一次|不得?重复(?:享受|申领)|累计")


def _below(node: Node, seed: Seed) -> bool:
    return any(node is one for top in seed.nodes for one in top.walk())


def _listed(node: Node, role: Role, seed: Seed, every: list[Seed]) -> Iterator[Leaf | Group]:
    """Yield the conditions of a part that lists them."""
    excluded = role is Role.EXCLUSIONS
    own, start = node.body, node.body_start
    if own and node.children and own.rstrip().endswith(("：", ":")):
        yield Leaf(own, start, is_required=False, excluded=False)
    elif own:
        yield from _plain(own, start, excluded=excluded, seed=seed, every=every, required=True)
    kids: list[Node] = []
    for child in node.children:
        if child.style == PARAGRAPH or (child.heading and not child.body and child.children):
            yield from _listed_child(child, role, seed, every)
        else:
            kids.append(child)
    if not kids:
        return
    lead = lead_of(node, kids[0])
    any_of = bool(ALTERNATIVES.search(lead)) and not EXCLUDES.search(lead + node.heading) and not excluded
    leaves = [leaf for child in kids for leaf in _leaves(child, role, lead, seed, every)]
    if any_of:
        yield Group(tuple(leaves))
    else:
        yield from leaves


def _listed_child(child: Node, role: Role, seed: Seed, every: list[Seed]) -> Iterator[Leaf | Group]:
    if child.heading:
        yield from _listed(child, role_in(child, role), seed, every)
    elif child.body.rstrip().endswith(("：", ":")):
        if not EXCLUDES.search(squeeze(child.body).text):
            yield Leaf(child.body, child.body_start, is_required=False)
    else:
        yield from _plain(
            child.body,
            child.body_start,
            excluded=role is Role.EXCLUSIONS,
            seed=seed,
            every=every,
            required=True,
        )


def _plain(text: str, start: int, *, excluded: bool, seed: Seed, every: list[Seed], required: bool) -> Iterator[Leaf]:
    """Yield a passage as one leaf, or two where a sentence of it excludes."""
    begun = 0
    for mark in re.finditer(r"。|$", text):
        said = text[begun : mark.end()]
        if said.strip() and concerns(said, seed, every):
            out = excluded or bool(EXCLUDES.search(squeeze(said).text))
            inner = re.search(r"(?:无|不存在|没有)(?:下列|以下|如下)(?:情形|行为|情况)[：:]?", said)
            at = inner.end() if inner else 0
            is_long = len(squeeze(said).text) >= _A_CLAUSE
            yield Leaf(said[at:], start + begun + at, excluded=out, is_required=required and is_long)
        begun = mark.end()


def _leaves(child: Node, role: Role, lead: str, seed: Seed, every: list[Seed]) -> Iterator[Leaf]:
    """Yield the leaves of one item of a list."""
    here = role_in(child, role)
    excluded = here is Role.EXCLUSIONS or bool(EXCLUDES.search(lead))
    text, start = child.body or child.heading, child.body_start if child.body else child.start
    if not concerns(text, seed, every):
        return
    inner = re.match(r".{0,12}?(?:无|不存在|没有|不得有)(?:下列|以下|如下)(?:情形|行为|情况)[：:]?", text)
    if inner:
        begun = inner.end()
        for mark in re.finditer(r"[；。]|$", text[inner.end() :]):
            piece = text[begun : inner.end() + mark.start()]
            if piece.strip():
                yield Leaf(piece, start + begun, excluded=True)
            begun = inner.end() + mark.end()
    elif child.children and text.rstrip().endswith(("：", ":")):
        yield Leaf(text, start, is_required=False)
    else:
        yield Leaf(text, start, excluded=excluded)
    for grandchild in child.children:
        yield from _leaves(grandchild, here, text, seed, every)


def _own(node: Node, seed: Seed, every: list[Seed]) -> Iterator[Leaf | Group]:
    """Yield what the granting passages themselves demand: the clauses before what is given.

    Where a sentence gives in steps, whoever reaches one of them is meant.
    """
    words = f"{seed.name}{node.body}"
    about = frozenset(subject for pattern, subject in _ABOUT if re.search(pattern, words))
    is_shared = any(node.body_start <= at < node.body_start + len(node.body) for _, at in seed.words)
    if not is_shared and not concerns(node.body, seed, every):
        return
    for sentence, span in sentences(node.body, node.body_start, marks="。\n"):
        steps: list[Leaf] = []
        for said, part in sentences(sentence, span.start, marks="；"):
            if not _is_of(part.start, said, node, seed):
                continue
            plain = squeeze(said, part.start)
            given = amounts.first_given(plain.text)
            if "可申请" in plain.text and "贷款" in seed.name:
                yield Leaf(
                    said, part.start, is_required=False, about=about
                )  # how much may be lent is a condition of it
            elif given is not None and amounts.gives(plain.text):
                rest_at = plain.at[given] if given < len(plain.at) else part.end
                verb = _GIVING.search(said, rest_at - part.start)
                before = said[: verb.start() if verb else rest_at - part.start]
                if before.strip() and not _PER_HEAD.match(squeeze(before).text) and "差额" not in said:
                    steps.append(Leaf(before, part.start, is_required=False, about=about))
                if _ONLY_ONCE.search(said[rest_at - part.start :]):
                    yield Leaf(said[rest_at - part.start :], rest_at, is_required=False, is_rest=True, about=about)
            elif _DEMANDS.search(plain.text) and not re.search(r"骗取|追回|确定：|计算|平均值|举例", plain.text):
                yield Leaf(said, part.start, excluded=bool(EXCLUDES.search(plain.text)), is_required=False, about=about)
        yield from steps if len(steps) < 2 else [Group(tuple(steps))]  # noqa: PLR2004


_ABOUT = ((r"招用|吸纳|聘用", "hire"), ("贷款", "loan"), ("见习", "intern"), ("租金|租用|租赁", "rent"))
_GIVING = re.compile(r"给予|一次性|减按|减半|免征|按|奖励|补贴|补助|资助|返还|最高|予以")
_PER_HEAD = re.compile(r"每|累计|同一")
_DEMANDS = re.compile(r"应|须|需|不得|同时|是指|符合|不适用|只(?:予以?)?(?:奖励|资助|补助)一次|限享受一次")


def _is_of(start: int, said: str, node: Node, seed: Seed) -> bool:
    """Tell whether a stretch of a node is this measure's: where the node gives several, only its own segment is."""
    shared = [(text, at) for text, at in seed.words if node.body_start <= at < node.body_start + len(node.body)]
    if not shared or any(text == node.body for text, _ in shared):
        return True
    return any(at <= start + len(said) - len(said.lstrip()) < at + max(len(text), 1) for text, at in shared)


def _passages(root: Node, seed: Seed, every: list[Seed], others: set[int]) -> dict[Role, list[Passage]]:
    """Return the passages of every role that concern this measure, in the order of the text."""
    found: dict[Role, list[Passage]] = {role: [] for role in Role}

    def walk(node: Node, role: Role) -> None:
        if id(node) in others:
            return
        here = role_of(node.heading) or role if node.heading else role
        if node.heading and not node.body and not node.children and role is not Role.NONE:
            found[role].append((node.heading, node.start))
        if node.body:
            begun = 0
            for mark in re.finditer(r"[；。\n]|$", node.body):
                said = node.body[begun : mark.end()]
                if said.strip() and concerns(said, seed, every):
                    found[_role_of_sentence(said, here)].append((said, node.body_start + begun))
                begun = mark.end()
        for child in node.children:
            walk(child, here)

    walk(root, Role.NONE)
    return found


def _role_of_sentence(said: str, role: Role) -> Role:
    """Return what a sentence of a part without a heading is about."""
    if role not in {Role.NONE, Role.STANDARD}:
        return role
    if re.search(r"材料(?:包括|如下)?[：:]|(?:提交|提供)(?:以下|下列)材料", said):
        return Role.MATERIALS
    if re.search(r"(?:申请|申报|提出|受理|填报)", said) and re.search(numerals.DAY, said):
        return Role.WINDOW
    return role


def _executed(passages: list[Passage]) -> list[Passage]:
    """Return the sentences of a measure's own passages that say until when it is carried out."""
    return [(said, span.start) for text, start in passages for said, span in sentences(text, start) if "执行期" in said]


def _asking_first(passages: list[Passage]) -> list[Passage]:
    """Return the passages about applying before those about what offices do after."""
    return sorted(passages, key=lambda one: not re.search(r"企业|填报|申报(?!推荐)|申请|自评价|提交|受理|确认", one[0]))
