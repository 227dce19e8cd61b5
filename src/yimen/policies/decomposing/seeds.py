"""Where the measures of a document are: parts of its standard, parts of its own, or the document as a whole."""

import re
from dataclasses import dataclass

from yimen.policies.decomposing import amounts
from yimen.policies.decomposing.head import Head
from yimen.policies.decomposing.outline import PARAGRAPH, ROW, Node
from yimen.policies.decomposing.phrasebook import Phrase, Phrasebook
from yimen.policies.decomposing.reading import squeeze
from yimen.policies.decomposing.sections import Role, role_of

_TITLES = re.compile(r"认定|评价|申报|推荐|评选|入库|培育|遴选|复核")
_GRANTS_TITLE = re.compile(
    r"(?:组织(?:开展)?(?:申报|推荐)?|申报|推荐|开展|做好)?(?:20\d{2}年?(?:度)?)?(?:第[一二三四五六七八九十\d]+批)?(?P<what>[\u4e00-\u9fff“”]{2,24}?)(?:的?(?:申报|认定|推荐|评价|评选|入库|遴选|复核)(?:推荐)?(?:工作)?)?的?(?:通知|公告|办法|指南)?$"
)
_VERBS = re.compile(
    r"^(?:进一步|继续|大力|积极)?(?:加大对?|强化|落实|推进|推动|实施|发放|申领|申请|开展|鼓励(?:开展)?|支持|给予|设立|提供|加强|优化|实行|享受|办理)"
)
_TAILS = re.compile(r"(?:支持力度|力度|工作|项目|政策|条款|标准)$")
_NOUN = re.compile(r"奖励|补贴|补助|资助|返还|贷款|贴息|模型券|券$|减免|加计扣除|优惠|认定|奖补|补偿")
_LONG = 16
_KIND_OF_GRANT = re.compile(r"奖励|补贴|补助|资助|返还|贴息|奖补|补偿")


@dataclass(frozen=True, slots=True)
class Seed:
    """Where one measure is granted: the nodes that are its own, its name, its subject's words, the title it is for.

    `alone` is true where the document has only this one. `why` says what it was recognised by, `sure` how well.
    """

    nodes: tuple[Node, ...]
    name: str
    words: tuple[tuple[str, int], ...]
    title: Phrase | None
    why: str
    sure: float
    grants_title: bool = False


def seeds(root: Node, head: Head, book: Phrasebook) -> list[Seed]:
    """Return where the measures are, in the order of the text; none where nothing is granted."""
    tops = _tops(root)
    standards = [one for one in tops if one.heading and role_of(one.heading) is Role.STANDARD]
    found: list[Seed] = []
    for one in standards:
        kids = [child for child in one.children if child.style not in {PARAGRAPH, ROW} and _grants(child)]
        if kids:
            found += [_seed(child, one.heading, book) for child in kids]
        elif _grants(one):
            found.append(_whole(one, head, book))
    others = [one for one in tops if one not in standards and (not one.heading or role_of(one.heading) is Role.NONE)]
    for one in others:
        if not one.heading and one.style == PARAGRAPH:
            continue
        if _grants(one):
            found += _parts(one, book)
    if not found:
        found += _of_titles(tops, head, book)
    if not found and _grants(root):
        found.append(_whole(root, head, book))
    return found


def _tops(root: Node) -> list[Node]:
    """Return the parts a document consists of: its sections, or its articles where chapters hold them."""
    tops: list[Node] = []
    for one in root.children:
        if one.style == "chapter" and one.children and one.heading and role_of(one.heading) is not Role.STANDARD:
            tops += one.children
        else:
            tops.append(one)
    return tops


def _grants(node: Node) -> bool:
    """Tell whether a part grants something that can be reckoned, outside of examples and procedure."""
    for one in node.walk():
        if one is not node and one.heading and role_of(one.heading) in {Role.OTHER, Role.PROCEDURE, Role.EXCLUSIONS}:
            continue
        if one.body and amounts.gives(_words_of(one)):
            return True
    return False


def _seed(node: Node, above: str, book: Phrasebook) -> Seed:
    """Return the seed of one part of a standard."""
    granting = [one for one in node.leaves() if _grants_itself(one)]
    words = tuple((one.body, one.body_start) for one in granting) or ((node.text, node.start),)
    subject = _subject(squeeze(words[0][0]).text)
    titled = book.titles_in(squeeze(f"{node.heading}。{subject}").text)
    heading = _clean(node.heading)
    why = "奖补标准之下自成一条，写明了金额。" if not node.heading else "奖补标准之下有自己的标题和金额。"
    name = heading or subject
    return Seed(
        (node,),
        _with_noun(name, squeeze(node.whole()).text + above),
        words,
        titled[0] if titled else None,
        why,
        0.9 if node.heading else 0.8,
    )


def _subject(text: str) -> str:
    """Return whom a clause gives something to: 对X，…"""
    if found := re.match(r"(?:对于?|向|给予)(?P<who>[^，。；]{2,30}?)(?:的?企业)?(?:，|给予|一次性|按)", text):
        whole = re.match(r"(?:对于?|向)([^，。；]{2,40}?)(?:，|给予|一次性|按)", text)
        return _short(whole[1] if whole else found["who"])
    return _short(re.split(r"[，。；]", text)[0])


def _short(text: str) -> str:
    return (
        re.sub(
            r"^(?:首次|新|经|当年|年度内|上年度)?(?:获得?|通过|被)?(?:国家|省|市)?(?:新)?(?:获)?(?:认定|评定)?(?:为|的)?",
            "",
            text,
        )[:30]
        or text[:30]
    )


def _parts(node: Node, book: Phrasebook) -> list[Seed]:
    """Return the seeds of a part that is a measure of its own, or of several where it gives each applicant its own."""
    granting = [one for one in node.leaves() if _grants_itself(one)]
    heading = _clean(node.heading) or _clean(_subject(squeeze(node.body or node.text).text))
    titled = book.titles_in(squeeze(node.heading).text)
    if len(granting) == 1 and "贷款" in node.whole():
        segments = _by_applicant(granting[0])
        if len(segments) > 1:
            return [
                Seed(
                    (node,),
                    _with_noun(f"{who}{heading}", node.whole()),
                    ((text, start),),
                    None,
                    "同一条里按申请人分列了额度。",
                    0.75,
                )
                for who, text, start in segments
            ]
    own = [
        one
        for one in node.children
        if one.style not in {PARAGRAPH, ROW} and one.heading and role_of(one.heading) is Role.NONE and _grants(one)
    ]
    if len(own) > 1:
        return [_seed(one, node.heading, book) for one in own]
    words = tuple((one.body, one.body_start) for one in granting)
    return [
        Seed(
            (node,),
            _with_noun(heading, squeeze(node.whole()).text),
            words,
            titled[0] if titled else None,
            "有自己的标题，并写明了给什么、给多少。" if node.heading else "条文写明了给什么、给多少。",
            0.85 if node.heading else 0.7,
        )
    ]


def _grants_itself(node: Node) -> bool:
    if node.heading and role_of(node.heading) in {
        Role.OTHER,
        Role.PROCEDURE,
        Role.EXCLUSIONS,
        Role.CONDITIONS,
        Role.SUBJECTS,
    }:
        return False
    return amounts.gives(_words_of(node))


def _words_of(node: Node) -> str:
    """Return the words of a node for the grammar: a table keeps its lines."""
    return node.body if node.style == ROW else squeeze(node.body).text


def _by_applicant(node: Node) -> list[tuple[str, str, int]]:
    """Return the segments of a passage that each name another applicant, with where they begin."""
    found = []
    begun = 0
    for mark in re.finditer(r"[；。]|$", node.body):
        text = node.body[begun : mark.start()]
        who = re.match(r"\s*(?:对于?)?(?:符合条件的)?(个人|小微企业|中小企业|企业|个体工商户|大型企业|合伙创业)", text)
        if who and text.strip():
            found.append((who[1], text, node.body_start + begun))
        begun = mark.end()
    return found


def _whole(node: Node, head: Head, book: Phrasebook) -> Seed:
    """Return the seed of a document that grants one thing."""
    words = tuple((one.body, one.body_start) for one in node.leaves() if amounts.gives(_words_of(one)))
    name = _of_document(head.title)
    titled = book.titles_in(squeeze(name).text)
    return Seed(
        (node,),
        _with_noun(name, squeeze(node.whole()).text),
        words,
        titled[0] if titled else None,
        "全文只写了一项奖补。",
        0.7,
    )


def _of_titles(tops: list[Node], head: Head, book: Phrasebook) -> list[Seed]:
    """Return the seed of a document by which a title is applied for and nothing is paid."""
    if not _TITLES.search(head.title) or not any(
        role_of(one.heading) in {Role.CONDITIONS, Role.SUBJECTS} for one in tops if one.heading
    ):
        return []
    name = _of_document(head.title)
    granted = book.titles_in(squeeze(name).text)
    ending = "" if re.search(r"认定|评价|入库|评选$", name) else "认定"
    sure = 0.85 if granted else 0.7
    return [
        Seed(
            (),
            f"{name}{ending}",
            (),
            granted[0] if granted else None,
            "标题是组织申报、认定或推荐，正文列了条件，没有写金额。",
            sure,
            grants_title=True,
        )
    ]


def _of_document(title: str) -> str:
    """Return what a document is about, by its title: after 关于, without verbs, years and kind of document."""
    about = title.partition("关于")[2] or title
    about = re.sub(r"^印发《?|《|》", "", about)
    about = re.sub(r"的?(?:通知|公告|办法|指南|规程|细则|方案)$", "", about)
    about = re.sub(
        r"20\d{2}年?度?|（?第[一二三四五六七八九十\d]+批）?|组织|做好|发布|启动|受理|“?免申即享”?|（[^）]*）", "", about
    )
    about = re.sub(r"^(?:开展|申报|推荐|认定|组织|实施|办理)+", "", about)
    return re.sub(r"(?:的?(?:申报|推荐|申请|兑现|认定)?(?:指南|工作|管理)?)$", "", about).strip("的 ") or about


def _clean(heading: str) -> str:
    cleaned = _VERBS.sub("", _TAILS.sub("", _TAILS.sub("", re.sub(r"（[^）]*）", "", heading).strip())))
    return cleaned or heading


def _with_noun(name: str, words: str) -> str:
    """Return a name that says what is given, by the first word in the text that does."""
    if not name or _NOUN.search(re.sub(r"认定(?:为|的|$)", "", name) if _KIND_OF_GRANT.search(words) else name):
        return name
    if (
        tax := re.search(r"(?:减半征收|免征|减按[^，。；]{1,8}征收)[^，。；]{0,4}?[\u4e00-\u9fff、]{2,20}税", words)
    ) and tax.group() in words:
        return tax.group() if len(name) > _LONG else f"{name}{tax.group()}"
    if re.search(r"所得税|税款|增值税", words):
        return f"{name}税收优惠"
    found = _KIND_OF_GRANT.search(re.sub(r"[^。；]*?(?=给予)", "", words, count=1)) or _KIND_OF_GRANT.search(words)
    return f"{name}{found.group()}" if found else name
