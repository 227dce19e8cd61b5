"""Reads of texts that were taken apart and what was proposed from them: for the agency that took them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from yimen.core.errors import Forbidden, NotFound
from yimen.facts import queries as facts
from yimen.facts.logic import FactDefinition
from yimen.parties.queries import Desk
from yimen.policies.decomposing.head import Head
from yimen.policies.decomposing.kept import KeptMeasure, from_json
from yimen.policies.decomposing.owning import Owned, owned
from yimen.policies.decomposing.reading import Span
from yimen.policies.models import DecomposedText, MeasureProposal


class NotForYou(Forbidden):
    """Only policy officers take policies apart."""

    code = "policies.not-an-officer"
    title = "只有政策专员可以拆解政策。"


class NoSuchText(NotFound):
    """The agency has taken no such text apart."""

    code = "policies.no-such-text"
    title = "没有找到这份拆解文本。"


class NoSuchProposal(NotFound):
    """No such measure was proposed from a text of the agency."""

    code = "policies.no-such-proposal"
    title = "没有找到这条拆解建议。"


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line of the list: a text, how many measures were proposed, how many of them wait."""

    text_id: int
    title: str
    number: str
    taken_at: datetime
    taken_by: str
    proposed: int
    waiting: int
    drafted_as: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal: as proposed, as it stands, what was said of it, and whose each of its facts is."""

    proposal_id: int
    proposed: KeptMeasure
    measure: KeptMeasure
    state: str
    state_label: str
    words: str
    decided_by: str
    decided_at: datetime | None
    facts: tuple[Owned, ...]

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has said anything of it yet."""
        return self.state == MeasureProposal.State.PROPOSED

    @property
    def unowned(self) -> tuple[str, ...]:
        """Return its facts that nobody owns."""
        return tuple(one.fact for one in self.facts if not one.is_owned)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Return the ids of its conditions of which nobody has said what they ask."""
        return tuple(one.id for one in self.measure.conditions if not one.feel)


@dataclass(frozen=True, slots=True)
class TextPage:
    """A text with its proposals. `notes` are what the parser wants looked at."""

    text_id: int
    head: Head
    text: str
    document: str
    notes: tuple[str, ...]
    taken_at: datetime
    taken_by: str
    drafted_as: str
    proposals: tuple[ProposalRow, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether something was said of every proposal, and one of them at least is to stay."""
        kept = [one for one in self.proposals if one.state != MeasureProposal.State.REJECTED]
        return bool(kept) and not any(one.is_waiting for one in self.proposals)


def must_be_officer(by: Desk) -> None:
    """Let only policy officers pass.

    Raises:
        NotForYou: the desk is another kind of post.
    """
    if not by.is_policy_officer:
        raise NotForYou("请使用政策专员的账号登录。")


def texts(by: Desk) -> list[TextRow]:
    """Return the texts the desk's agency has taken apart, the newest first.

    Raises:
        NotForYou: the desk is no policy officer's.
    """
    must_be_officer(by)
    waiting = Count("proposals", filter=Q(proposals__state=MeasureProposal.State.PROPOSED))
    rows = DecomposedText.objects.filter(agency_id=by.agency).annotate(proposed=Count("proposals"), waiting=waiting)
    return [
        TextRow(
            row.pk,
            row.title,
            head_of(row.head).number,
            row.taken_at,
            row.taken_label,
            row.proposed,
            row.waiting,
            row.drafted_as,
        )
        for row in rows
    ]


def text(text_id: int, *, by: Desk) -> TextPage:
    """Return a text of the desk's agency with its proposals in the order of the text.

    Raises:
        NotForYou, NoSuchText: the desk is no policy officer's, or it is not a text of its agency.
    """
    row = text_row(text_id, by=by)
    proposals = list(row.proposals.order_by("pk"))
    kept = [(one, from_json(one.content)) for one in proposals]
    dictionary = known_facts({fact for _, measure in kept for fact in measure.facts})
    return TextPage(
        row.pk,
        head_of(row.head),
        row.text,
        row.document,
        tuple(map(str, row.notes)),
        row.taken_at,
        row.taken_label,
        row.drafted_as,
        tuple(_proposal(one, measure, dictionary) for one, measure in kept),
    )


def text_row(text_id: int, *, by: Desk, lock: bool = False) -> DecomposedText:
    """Return the row of a text of the desk's agency; locked where it is going to be changed.

    Raises:
        NotForYou, NoSuchText: as in `text`.
    """
    must_be_officer(by)
    rows = DecomposedText.objects.select_for_update() if lock else DecomposedText.objects
    found = rows.filter(pk=text_id, agency_id=by.agency).first()
    if found is None:
        raise NoSuchText("请从“政策拆解”页选择。", text=text_id)
    return found


def known_facts(names: set[str]) -> Mapping[str, FactDefinition]:
    """Return the definitions of those of these facts that the dictionary has."""
    return facts.dictionary(names & facts.names())


def _proposal(row: MeasureProposal, measure: KeptMeasure, dictionary: Mapping[str, FactDefinition]) -> ProposalRow:
    return ProposalRow(
        row.pk,
        from_json(row.proposed),
        measure,
        row.state,
        row.get_state_display(),
        row.words,
        row.decided_label,
        row.decided_at,
        owned(measure.facts, dictionary),
    )


def head_of(content: Mapping[str, object]) -> Head:
    """Return the frame of a text as it was kept."""
    body, agencies = content["body"], content["agencies"]
    assert isinstance(body, dict)
    assert isinstance(agencies, list)
    return Head(
        title=str(content["title"]),
        number=str(content["number"]),
        agencies=tuple(map(str, agencies)),
        issued_on=_day(content["issued_on"]),
        effective_from=_day(content["effective_from"]),
        effective_until=_day(content["effective_until"]),
        body=Span(int(body["start"]), int(body["end"])),
    )


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
