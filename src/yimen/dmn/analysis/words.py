"""Regions of a table in words, as a person would write the cells: 年龄 (60..65) 且 地区 = "其他"."""

from collections.abc import Iterator, Sequence

from yimen.dmn.analysis.axes import OTHER, Atom, Axis
from yimen.dmn.analysis.regions import Region
from yimen.dmn.cells import segment
from yimen.dmn.feel.functions.conversion import as_text


def region_in_words(axes: Sequence[Axis], region: Region) -> str:
    """Return a region in words; axes of which it takes everything are left out."""
    parts = []
    for axis, chosen in zip(axes, region, strict=True):
        atoms = [atom for place, atom in enumerate(axis.atoms) if chosen >> place & 1]
        if len(atoms) < len(axis.atoms):
            parts.append(f"{axis.text} {_atoms(axis, atoms)}")
    return " 且 ".join(parts) or "任何取值"


def example_of(axes: Sequence[Axis], region: Region) -> dict[str, object]:
    """Return a value of each axis inside a region, by the axis' text."""
    found: dict[str, object] = {}
    for axis, chosen in zip(axes, region, strict=True):
        atoms = [atom for place, atom in enumerate(axis.atoms) if chosen >> place & 1]
        if atoms and atoms[0].kind:
            found[axis.text] = _example(axis, atoms)
    return found


def _example(axis: Axis, atoms: Sequence[Atom]) -> object:
    """Return a value of these atoms; of a text that is none of those named, a word that says so."""
    places = {atom.place for atom in atoms if atom.kind == "string"}
    if places and segment(axis.points["string"], OTHER) in places and not any(place % 2 for place in places):
        return OTHER
    return atoms[0].value


def _atoms(axis: Axis, atoms: Sequence[Atom]) -> str:
    kinds = dict.fromkeys(atom.kind for atom in atoms)
    parts = [part for kind in kinds for part in _of_kind(axis, kind, [one for one in atoms if one.kind == kind])]
    return parts[0] if len(parts) == 1 else f"（{' 或 '.join(parts)}）"


def _of_kind(axis: Axis, kind: str, atoms: Sequence[Atom]) -> Iterator[str]:
    points = axis.points[kind]
    every = [atom.place for atom in axis.atoms if atom.kind == kind]
    chosen = [atom.place for atom in atoms]
    between = {place for place in every if place % 2 == 0}
    if kind == "string" and between and (between <= set(chosen) or not between & set(chosen)):
        yield from _listed(points, every, chosen, has_others=between <= set(chosen))
        return
    run: list[int] = []
    for place in chosen:
        if run and every.index(place) != every.index(run[-1]) + 1:
            yield _interval(points, run)
            run = []
        run.append(place)
    if run:
        yield _interval(points, run)


def _listed(
    points: Sequence[object], every: Sequence[int], chosen: Sequence[int], *, has_others: bool
) -> Iterator[str]:
    """Yield texts one by one; where all that are not named belong to them, those that do not."""
    if not has_others:
        yield from (f"= {written(points[place // 2])}" for place in chosen if place % 2)
        return
    left = [written(points[place // 2]) for place in every if place % 2 and place not in chosen]
    named = [written(points[place // 2]) for place in chosen if place % 2]
    yield f'= "{OTHER}"（{"、".join(left)} 之外）' if left and not named else f"不是 {'、'.join(left)}"


def _interval(points: Sequence[object], run: Sequence[int]) -> str:
    first, last = run[0], run[-1]
    if first == last and first % 2:
        return f"= {written(points[first // 2])}"
    low = None if first == 0 else written(points[(first - 1) // 2])
    high = None if last == 2 * len(points) else written(points[last // 2])
    if low is None:
        return "任何值" if high is None else f"{'<=' if last % 2 else '<'} {high}"
    if high is None:
        return f"{'>=' if first % 2 else '>'} {low}"
    return f"{'[' if first % 2 else '('}{low}..{high}{']' if last % 2 else ')'}"


def written(value: object) -> str:
    """Return a value as FEEL writes it, dates and durations as their text alone."""
    return f'"{value}"' if isinstance(value, str) else str(as_text(value))
