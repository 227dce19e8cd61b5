"""Why a decision came out so: which conditions and rows decided, each with its value, its limit and its clause."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from yimen.dmn.errors import UnknownDecision
from yimen.dmn.evaluate import evaluate
from yimen.dmn.explanation.changes import May, NearMiss
from yimen.dmn.explanation.checks import Check, Checks, Follows, Found, Row, Where
from yimen.dmn.explanation.names import ModelNames, Names
from yimen.dmn.explanation.near import near_misses
from yimen.dmn.explanation.phrases import LANGUAGES, Phrases, near_in_words
from yimen.dmn.explanation.probing import Probe, at_hand
from yimen.dmn.model import Model
from yimen.dmn.outcome import Outcome
from yimen.dmn.trace import TraceNode, plain
from yimen.dmn.values import Unknown


@dataclass(frozen=True, slots=True)
class Reason:
    """One decision in the explanation: its value, what decided it, and on whose authority.

    `checks` are the comparisons of its own logic that decided, `rows` the rows of its tables that were hit, `because`
    the decisions it follows from. `clauses` are the names of its knowledge sources.
    """

    decision: str
    title: str
    value: object
    clauses: tuple[str, ...]
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    because: tuple["Reason", ...]
    sentence: str

    def leaves(self) -> Iterator[Check]:
        """Yield its own checks and those of the decisions it follows from."""
        yield from self.checks
        for one in self.because:
            yield from one.leaves()

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "decision": self.decision,
            "title": self.title,
            "value": plain(self.value),
            "clauses": list(self.clauses),
            "checks": [one.to_json() for one in self.checks],
            "rows": [one.to_json() for one in self.rows],
            "because": [one.to_json() for one in self.because],
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an outcome is as it is, and for a refusal what little would turn it, smallest first.

    `missing` are the facts that still matter, empty where the outcome is determined.
    """

    reason: Reason
    determined: bool
    missing: tuple[str, ...]
    near: tuple[NearMiss, ...]
    sentences: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "decision": self.reason.decision,
            "value": plain(self.reason.value),
            "determined": self.determined,
            "missing": list(self.missing),
            "sentences": list(self.sentences),
            "reason": self.reason.to_json(),
            "near": [
                {
                    "changes": [
                        {"fact": one.fact, "from": plain(one.old), "to": plain(one.new), "by": plain(one.by)}
                        for one in near.changes
                    ],
                    "missing": list(near.missing),
                }
                for near in self.near
            ],
        }


def explain(
    model: Model,
    of: str | Outcome,
    inputs: Mapping[str, object] | None = None,
    *,
    language: str = "zh",
    names: Names | None = None,
    among: Collection[str] | None = None,
    may: May | None = None,
) -> Explanation:
    """Return why a decision comes out as it does on the facts at hand; nothing is fetched.

    `of` is the decision's name with its `inputs`, or an outcome, which is explained on the facts it read. For a refusal
    (a decision that is false) `near` are the smallest changes that would turn it: of the facts `among` which they are
    looked for (None: any), as far as `may` says that a change is possible. `names` are better names for facts and
    values than the model's own.

    Raises:
        UnknownDecision: the model has none of this name.
        KeyError: there is no catalogue of the language in LANGUAGES.
    """
    name = of if isinstance(of, str) else of.trace.decision
    if name not in model.by_key:
        raise UnknownDecision(f"模型“{model.name}”中没有决策“{name}”。可用的有：{'、'.join(model.decisions)}。")
    given = dict(_read(of.trace)) if isinstance(of, Outcome) and inputs is None else inputs or {}
    facts = at_hand(model, name, given)
    outcome = evaluate(model, name, facts)
    phrases = Phrases(LANGUAGES[language], names or ModelNames(model))
    reason = Reasons(model, facts, phrases).of(name)
    near = near_misses(model, name, facts, among=among, may=may) if outcome.value is False else ()
    sentences = [one.sentence for one in reason.because] if _is_gathering(reason) else [reason.sentence]
    sentences += [near_in_words(one, phrases.names, language) for one in near]
    return Explanation(reason, outcome.determined, outcome.missing, near, tuple(sentences))


def reasons(
    model: Model,
    keys: Collection[str],
    facts: Mapping[str, object],
    *,
    language: str = "zh",
    names: Names | None = None,
) -> dict[str, Reason]:
    """Return why each of these decisions comes out as it does on the facts at hand, by name; no near misses."""
    phrases = Phrases(LANGUAGES[language], names or ModelNames(model))
    made = Reasons(model, facts, phrases)
    return {key: made.of(key) for key in keys}


def _is_gathering(reason: Reason) -> bool:
    """Tell whether a decision only gathers others, which then say all there is to say."""
    return bool(reason.because) and not reason.checks and not reason.rows


def _once(found: Iterator[Found]) -> list[Found]:
    """Return what was found in its order, each once: the same decision or comparison may settle several parts."""
    seen: dict[tuple[object, ...], Found] = {}
    for one in found:
        match one:
            case Check(subject, _, _, shown, required):
                seen.setdefault((subject, shown, required), one)
            case Row(number, id_):
                seen.setdefault((number, id_), one)
            case Follows(key):
                seen.setdefault((key,), one)
    return list(seen.values())


def _read(node: TraceNode) -> Iterator[tuple[str, object]]:
    yield from ((path, value) for path, value in node.facts.items() if not isinstance(value, Unknown))
    for child in node.children:
        yield from _read(child)


class Reasons:
    """The reasons of decisions on one set of facts."""

    def __init__(self, model: Model, facts: Mapping[str, object], phrases: Phrases) -> None:
        """Start with nothing followed."""
        self._model, self._phrases = model, phrases
        self._probe = Probe(model, facts)

    def of(self, key: str) -> Reason:
        """Return why a decision has its value."""
        decision = self._model.by_key[key]
        value = self._probe.decision(key)
        found = _once(Checks(self._probe, self._phrases).of(decision.tree, Where(decision.scope, {})))
        checks = tuple(one for one in found if isinstance(one, Check))
        rows = tuple(one for one in found if isinstance(one, Row))
        because = tuple(self.of(one.key) for one in found if isinstance(one, Follows))
        clauses = tuple(source.name for source in decision.sources)
        title = decision.label or decision.description or self._phrases.names.title(key)
        bare = Reason(key, title, value, clauses, checks, rows, because, "")
        return replace(bare, sentence=self._sentence(bare))

    def _sentence(self, reason: Reason) -> str:
        say = self._phrases.say
        parts = [*map(self._row, reason.rows), *map(self._check, reason.leaves())]
        match reason.value:
            case True:
                head = say("met", title=reason.title)
            case False:
                head = say("failed", title=reason.title)
            case Unknown():
                head = say("open", title=reason.title)
            case value:
                head = say("value", title=reason.title, value=self._phrases.value(value))
        checks = say("before checks") + say("checks").join(parts) if parts else ""
        clauses = say("clauses", clauses=self._phrases.listed(reason.clauses)) if reason.clauses else ""
        return say("reason", head=head, checks=checks, clauses=clauses)

    def _row(self, row: Row) -> str:
        if not row.remarks:
            return self._phrases.say("row", number=row.number)
        return self._phrases.say("row remarked", number=row.number, remark=self._phrases.listed(row.remarks))

    def _check(self, check: Check) -> str:
        if isinstance(check.value, Unknown):
            return self._phrases.say("check open", title=check.title, required=check.required)
        return self._phrases.say("check", title=check.title, value=check.shown, required=check.required)
