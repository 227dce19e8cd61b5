"""The words of explanations, language by language. A language is a catalogue: add one to LANGUAGES to speak it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from yimen.dmn.explanation.changes import Change, NearMiss
from yimen.dmn.explanation.names import Names
from yimen.dmn.feel.functions.conversion import as_text
from yimen.dmn.temporal.arithmetic import months_later
from yimen.dmn.values import Unknown, YearsMonths

DAY = timedelta(days=1)
LONG = 60
"""From how many days on a distance is said in years, months and days."""

ZH: Mapping[str, str] = {
    "<": "小于{limit}",
    "<=": "不超过{limit}",
    ">": "大于{limit}",
    ">=": "不少于{limit}",
    "=": "为{limit}",
    "!=": "不为{limit}",
    "date<": "早于{limit}",
    "date<=": "不晚于{limit}",
    "date>": "晚于{limit}",
    "date>=": "不早于{limit}",
    "between": "在{low}{from}到{high}{to}之间",
    "not between": "不在{low}{from}到{high}{to}之间",
    "between both": "在{low}到{high}之间（含两端）",
    "not between both": "不在{low}到{high}之间",
    "included": "（含）",
    "excluded": "（不含）",
    "one of": "是{values}之一",
    "none of": "不是{values}",
    "starts with": "以{limit}开头",
    "not starts with": "不以{limit}开头",
    "contains": "有{limit}",
    "not contains": "没有{limit}",
    "some": "有一个符合",
    "not some": "没有一个符合",
    "every": "每一个都符合",
    "not every": "不是每一个都符合",
    "within": "属于{limit}",
    "not within": "不属于{limit}",
    "fits": "满足 {text}",
    "not fits": "不满足 {text}",
    "derived": "{limit}（{text}）",
    "list": "、",
    "or": "，或",
    "true": "是",
    "false": "否",
    "null": "空值",
    "empty": "空",
    "text": "“{value}”",
    "date": "{year}年{month}月{day}日",
    "years": "{count} 年",
    "months": "{count} 个月",
    "days": "{count} 天",
    "space": " ",
    "check": "{title}为{value}，要求{required}",
    "check open": "还不知道{title}，要求{required}",
    "checks": "；",
    "row": "命中第 {number} 行",
    "row remarked": "命中第 {number} 行“{remark}”",
    "met": "符合“{title}”",
    "failed": "不符合“{title}”",
    "open": "还不能确定“{title}”",
    "value": "“{title}”为{value}",
    "reason": "{head}{checks}{clauses}。",
    "before checks": "：",
    "clauses": "（依据：{clauses}）",
    "more": "多 {by}",
    "less": "少 {by}",
    "later": "晚 {by}",
    "earlier": "早 {by}",
    "change": "{title}由{old}变为{new}",
    "change by": "{title}由{old}变为{new}（{by}）",
    "and": "，同时",
    "near": "如果{changes}，结果就会改变。",
    "near open": "如果{changes}，这一点就不再不符合；还不知道的有{missing}。",
}

EN: Mapping[str, str] = {
    "<": "less than {limit}",
    "<=": "at most {limit}",
    ">": "more than {limit}",
    ">=": "at least {limit}",
    "=": "{limit}",
    "!=": "anything but {limit}",
    "date<": "before {limit}",
    "date<=": "no later than {limit}",
    "date>": "after {limit}",
    "date>=": "no earlier than {limit}",
    "between": "between {low}{from} and {high}{to}",
    "not between": "outside {low}{from} to {high}{to}",
    "between both": "from {low} to {high}",
    "not between both": "outside {low} to {high}",
    "included": " (included)",
    "excluded": " (excluded)",
    "one of": "one of {values}",
    "none of": "none of {values}",
    "starts with": "beginning with {limit}",
    "not starts with": "not beginning with {limit}",
    "contains": "with {limit}",
    "not contains": "without {limit}",
    "some": "one that fits",
    "not some": "none that fits",
    "every": "all of them to fit",
    "not every": "not all of them to fit",
    "within": "within {limit}",
    "not within": "outside {limit}",
    "fits": "such that {text}",
    "not fits": "not such that {text}",
    "derived": "{limit} ({text})",
    "list": ", ",
    "or": ", or ",
    "true": "yes",
    "false": "no",
    "null": "null",
    "empty": "empty",
    "text": "“{value}”",
    "date": "{year}-{month:02}-{day:02}",
    "years": "{count} y",
    "months": "{count} mo",
    "days": "{count} d",
    "space": " ",
    "check": "{title} is {value}, required: {required}",
    "check open": "{title} is not known, required: {required}",
    "checks": "; ",
    "row": "row {number} is hit",
    "row remarked": "row {number} “{remark}” is hit",
    "met": "“{title}” is met",
    "failed": "“{title}” is not met",
    "open": "“{title}” is not decided yet",
    "value": "“{title}” is {value}",
    "reason": "{head}{checks}{clauses}.",
    "before checks": ": ",
    "clauses": " (by {clauses})",
    "more": "{by} more",
    "less": "{by} less",
    "later": "{by} later",
    "earlier": "{by} earlier",
    "change": "{title} were {new} instead of {old}",
    "change by": "{title} were {new} instead of {old} ({by})",
    "and": " and ",
    "near": "If {changes}, the outcome would turn.",
    "near open": "If {changes}, this would no longer stand against it; not known yet: {missing}.",
}

LANGUAGES: dict[str, Mapping[str, str]] = {"zh": ZH, "en": EN}


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's catalogue, spoken with somebody's names for facts and values."""

    catalogue: Mapping[str, str]
    names: Names

    def say(self, phrase: str, /, **parts: object) -> str:
        """Return a phrase with its parts in place."""
        return self.catalogue[phrase].format(**parts)

    def value(self, value: object, fact: str = "") -> str:
        """Return a value in words, as one of this fact."""
        better = None if isinstance(value, Unknown) else self.names.value(fact, value)
        if better is not None:
            return better
        match value:
            case None:
                return self.say("null")
            case bool():
                return self.say("true" if value else "false")
            case str():
                return self.say("text", value=value) if value else self.say("empty")
            case Decimal():
                return f"{value:,f}"
            case datetime():
                return as_text(value)
            case date():
                return self.say("date", year=value.year, month=value.month, day=value.day)
            case YearsMonths(months):
                return self.length(months // 12, months % 12, 0)
            case timedelta() if not value % DAY:
                return self.length(0, 0, value // DAY)
            case list():
                return self.listed([self.value(one, fact) for one in value])
            case _:
                return as_text(value)

    def listed(self, values: Sequence[str]) -> str:
        """Return several values side by side."""
        return self.say("list").join(values)

    def length(self, years: int, months: int, days: int) -> str:
        """Return a length of time; parts of nothing are left out."""
        counted = (("years", years), ("months", months), ("days", days))
        parts = [self.say(unit, count=count) for unit, count in counted if count]
        return self.say("space").join(parts) or self.say("days", count=0)

    def comparison(self, operator: str, limit: str, of: object) -> str:
        """Return a comparison with a limit already in words; dates come before and after, they are not less or more."""
        is_day = isinstance(of, date) and f"date{operator}" in self.catalogue
        return self.say(f"date{operator}" if is_day else operator, limit=limit)

    def change(self, one: Change) -> str:
        """Return one change to a fact."""
        parts = {
            "title": self.names.title(one.fact),
            "old": self.value(one.old, one.fact),
            "new": self.value(one.new, one.fact),
        }
        by = self.difference(one)
        return self.say("change by", by=by, **parts) if by else self.say("change", **parts)

    def difference(self, one: Change) -> str:
        """Return by how much a fact changes; empty where its values are at no distance."""
        match one.old, one.new:
            case date(), date():
                return self.say("later" if one.new > one.old else "earlier", by=self.distance(one.old, one.new))
            case Decimal(), Decimal():
                return self.say("more" if one.new > one.old else "less", by=f"{abs(one.new - one.old):,f}")
            case _:
                return ""

    def distance(self, one: date, two: date) -> str:
        """Return the time between two days: in days where it is short, else in years, months and days."""
        start, end = min(one, two), max(one, two)
        if (end - start).days < LONG:
            return self.length(0, 0, (end - start).days)
        months = (end.year - start.year) * 12 + end.month - start.month
        reached = months_later(start, months)
        if not isinstance(reached, date) or reached > end:
            months -= 1
            reached = months_later(start, months)
        assert isinstance(reached, date)  # it lies between two dates
        return self.length(months // 12, months % 12, (end - reached).days)


def near_in_words(near: NearMiss, names: Names, language: str = "zh") -> str:
    """Return a near miss as a sentence; it says so where facts are still unknown."""
    phrases = Phrases(LANGUAGES[language], names)
    changes = phrases.say("and").join(phrases.change(one) for one in near.changes)
    if not near.missing:
        return phrases.say("near", changes=changes)
    return phrases.say("near open", changes=changes, missing=phrases.listed([names.title(one) for one in near.missing]))
