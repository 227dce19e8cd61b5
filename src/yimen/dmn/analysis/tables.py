"""What is wrong with a table: values no row is for, rows that get in each other's way, rows that never count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yimen.dmn.analysis.axes import Axis, axes_of
from yimen.dmn.analysis.findings import Finding, Kind, Severity
from yimen.dmn.analysis.regions import Budget, Exceeded, Grid, Region
from yimen.dmn.analysis.words import example_of, region_in_words
from yimen.dmn.cells import constant_value
from yimen.dmn.feel import ast
from yimen.dmn.feel.operators import equal, is_same
from yimen.dmn.feel.scope import Scope
from yimen.dmn.model import Model

STEPS = 100_000
"""How far one table is searched: about a second. Only tables made to be hard come near it."""
MOST = 10
"""How many findings of a kind are listed for one table; how many more there are is said."""


def table_findings(
    table: ast.Table, scope: Scope, model: Model, place: str, *, steps: int = STEPS
) -> Iterator[Finding]:
    """Yield what is wrong with one table of the decision or function `place`."""
    axes, unread = axes_of(table, scope, model)
    for one in unread:
        rows = "整列" if one.is_whole else f"第 {_rows(one.rows)} 行"
        what = f"第 {one.column} 列“{one.text}”（{rows}）没有分析，因为{one.why}。"
        yield Finding(
            Severity.INFO, Kind.NOT_ANALYSED, place, table.line, what, "请人工核对这些格子。", one.rows, one.column
        )
    unsure = frozenset(row for one in unread if one.is_whole for row in one.rows)
    yield from _Analysis(table, scope, place, axes, Budget(steps), unsure).findings()


@dataclass(slots=True)
class _Analysis:
    """One table on its grid. `may` takes what cannot be read as admitting everything, `must` as admitting nothing."""

    table: ast.Table
    scope: Scope
    place: str
    axes: Sequence[Axis]
    budget: Budget
    unsure: frozenset[int]

    def findings(self) -> Iterator[Finding]:
        """Yield everything found; rows at fault by themselves are left out of what follows."""
        yield from self._empty()
        if not self.axes:
            return
        policy = self.table.hit_policy
        try:
            yield from self._gaps(policy)
        except Exceeded:
            yield self._unfinished("空缺")
        if policy == "UNIQUE":
            yield from self._overlaps()
        elif policy == "ANY":
            yield from self._conflicts()
        elif policy in {"FIRST", "PRIORITY"}:
            try:
                yield from self._masked()
            except Exceeded:
                yield self._unfinished("被遮住的行")

    @property
    def _may(self) -> Grid:
        return Grid(tuple(axis.may for axis in self.axes))

    @property
    def _must(self) -> Grid:
        """Return the grid of what is sure; rows that ask for what is no axis are nowhere in it."""
        gone = ~sum(1 << (row - 1) for row in self.unsure)
        return Grid(tuple(tuple(mask & gone for mask in axis.must) for axis in self.axes))

    @property
    def _every(self) -> int:
        return (1 << len(self.table.rules)) - 1

    def _unfinished(self, what: str) -> Finding:
        sentence = f"表格太复杂，{what}没有查完。"
        return Finding(
            Severity.INFO, Kind.NOT_FULLY_CHECKED, self.place, self.table.line, sentence, "请拆成几个较小的表格再查。"
        )

    # --- rows by themselves

    def _empty(self) -> Iterator[Finding]:
        for axis in self.axes:
            for row, column in axis.empty.items():
                rule = self.table.rules[row]
                test = rule.tests[column - 1]
                text = test.text if test is not None else "-"
                what = f"第 {row + 1} 行第 {column} 列“{axis.text}”的“{text}”没有任何值能符合，这一行永远不会命中。"
                yield self._of_rows(
                    Severity.ERROR, Kind.UNREACHABLE, (row,), what, "请改正这一格，或删去这一行。", column=column
                )

    def _gaps(self, policy: str) -> Iterator[Finding]:
        if any(column.default is not None for column in self.table.outputs):
            return
        is_meant = policy.startswith("COLLECT") or policy.endswith("ORDER")
        severity = Severity.INFO if is_meant else Severity.WARNING
        given = "结果是空列表或空值" if is_meant else "结果是空值"
        for place, region in enumerate(self._may.gaps(self._may.whole, self._every, self.budget)):
            if place == MOST:
                what = f"空缺不止 {MOST} 处，这里只列出前 {MOST} 处。"
                yield Finding(severity, Kind.GAP, self.place, self.table.line, what, "请先补上列出的。")
                return
            what = f"没有哪一行管到：{region_in_words(self.axes, region)}。{given}。"
            yield Finding(
                severity,
                Kind.GAP,
                self.place,
                self.table.line,
                what,
                "如果是有意的，可以不改；否则请补一行，或写上默认输出。",
                example=example_of(self.axes, region),
            )

    # --- rows beside each other

    def _pairs(self) -> Iterator[tuple[int, int, Region]]:
        """Yield each pair of rows that surely share a point, the upper first, and the region they share."""
        grid = self._must
        boxes = [grid.box(row) for row in range(len(self.table.rules))]
        for row, box in enumerate(boxes):
            later = grid.touching(box, self._every & ~((1 << (row + 1)) - 1))
            while later:
                other = (later & -later).bit_length() - 1
                later &= later - 1
                yield row, other, tuple(one & two for one, two in zip(box, boxes[other], strict=True))

    def _overlaps(self) -> Iterator[Finding]:
        remedy = "命中策略是 UNIQUE，只能命中一行，请把条件改成互不重叠。"
        found = (self._of_pair(pair, Kind.OVERLAP, what="同时命中：", remedy=remedy) for pair in self._pairs())
        yield from self._limited(found, Kind.OVERLAP)

    def _conflicts(self) -> Iterator[Finding]:
        outputs = [self._constants(rule) for rule in self.table.rules]
        remedy = "命中策略是 ANY，同时命中的行输出必须相同，请改正输出或条件。"
        found = (
            self._of_pair(pair, Kind.CONFLICT, what="同时命中而输出不同：", remedy=remedy)
            for pair in self._pairs()
            if _differ(outputs[pair[0]], outputs[pair[1]])
        )
        yield from self._limited(found, Kind.CONFLICT)

    def _limited(self, found: Iterator[Finding], kind: Kind) -> Iterator[Finding]:
        place = 0
        for place, one in enumerate(found, 1):
            if place <= MOST:
                yield one
        if place > MOST:
            what = f"这样的行共 {place} 对，这里只列出前 {MOST} 对。"
            yield Finding(Severity.ERROR, kind, self.place, self.table.line, what, "请先改正列出的。")

    def _masked(self) -> Iterator[Finding]:
        must, may = self._must, self._may
        empty = {row for axis in self.axes for row in axis.empty}
        ranks = self._ranks() if self.table.hit_policy == "PRIORITY" else None
        if self.table.hit_policy == "PRIORITY" and ranks is None:
            what = "输出不是常数，被遮住的行没有分析。"
            yield Finding(
                Severity.INFO, Kind.NOT_ANALYSED, self.place, self.table.line, what, "请人工核对各行的优先次序。"
            )
            return
        for row in range(len(self.table.rules)):
            if row in empty:
                continue
            if ranks is None:
                above = (1 << row) - 1
            else:
                above = sum(1 << other for other, rank in enumerate(ranks) if rank < ranks[row])
            box = may.box(row)
            covering = must.touching(box, above)
            if not covering or not must.is_covered(box, covering, self.budget):
                continue
            over = [other for other in range(len(self.table.rules)) if covering >> other & 1]
            by = "前面的" if ranks is None else "优先的"
            what = f"第 {row + 1} 行永远轮不到：它的情形都先命中了{by}第 {_rows([one + 1 for one in over])} 行。"
            remedy = "请调整行的次序，或删去这一行。" if ranks is None else "请调整输出的优先次序，或删去这一行。"
            yield self._of_rows(Severity.ERROR, Kind.MASKED, (row, *over), what, remedy)

    def _ranks(self) -> list[tuple[int, ...]] | None:
        """Return by row the places of its outputs among the allowed ones; None where they cannot be told."""
        allowed: list[list[object]] = []
        for column in self.table.outputs:
            listed = ([],) if column.allowed is None else constant_value(column.allowed.tree, self.scope)
            if listed is None or not isinstance(listed[0], list):
                return None
            allowed.append(listed[0])
        ranks: list[tuple[int, ...]] = []
        for rule in self.table.rules:
            outputs = self._constants(rule)
            if outputs is None:
                return None
            ranks.append(
                tuple(
                    next((place for place, one in enumerate(values) if equal(one, value) is True), len(values))
                    for value, values in zip(outputs, allowed, strict=True)
                )
            )
        return ranks

    def _constants(self, rule: ast.Rule) -> tuple[object, ...] | None:
        """Return a row's outputs where all of them are constants."""
        found = [constant_value(output.tree, self.scope) for output in rule.outputs]
        return None if any(one is None for one in found) else tuple(one[0] for one in found if one is not None)

    # --- findings

    def _of_pair(self, pair: tuple[int, int, Region], kind: Kind, *, what: str, remedy: str) -> Finding:
        one, two, region = pair
        where = region_in_words(self.axes, region)
        example = example_of(self.axes, region)
        sentence = f"第 {one + 1} 行和第 {two + 1} 行{what}{where}。"
        return self._of_rows(Severity.ERROR, kind, (one, two), sentence, remedy, example=example)

    def _of_rows(
        self,
        severity: Severity,
        kind: Kind,
        rows: tuple[int, ...],
        what: str,
        remedy: str,
        *,
        column: int | None = None,
        example: dict[str, object] | None = None,
    ) -> Finding:
        """Return a finding about rows, the first of which it is found at."""
        line = self.table.rules[rows[0]].line
        numbers = tuple(row + 1 for row in rows)
        return Finding(severity, kind, self.place, line, what, remedy, numbers, column, example or {})


def _differ(one: tuple[object, ...] | None, two: tuple[object, ...] | None) -> bool:
    """Tell whether two rows surely put out different values; what is reckoned may turn out the same."""
    return one is not None and two is not None and not all(map(is_same, one, two))


def _rows(rows: Sequence[int]) -> str:
    """Return row numbers, neighbours as a range."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
