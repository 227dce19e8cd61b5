"""How points and ranges lie to each other (DMN 1.5, 10.3.4.8, table 78)."""

from collections.abc import Callable

from yimen.dmn.feel.functions.registry import function
from yimen.dmn.feel.operators import contains, equal, less
from yimen.dmn.values import OPEN, Range

Answer = bool | None


def _both(*answers: Answer) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _either(*answers: Answer) -> Answer:
    if True in answers:
        return True
    return None if None in answers else False


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _range_pair(call: Callable[[Range, Range], Answer]) -> Callable[[object, object], object]:
    def asked(left: object, right: object) -> object:
        return call(left, right) if isinstance(left, Range) and isinstance(right, Range) else None

    asked.__doc__ = call.__doc__
    return asked


def _ends_before(high: object, low: object) -> Answer:
    """Return whether an upper end, or a point, lies before a lower end, or a point; what is open never does."""
    return False if high is OPEN or low is OPEN else less(high, low)


def _meet(one: object, other: object) -> Answer:
    """Return whether two ends, or a point and an end, are the same point."""
    return one is other if one is OPEN or other is OPEN else equal(one, other)


def is_before(left: object, right: object) -> Answer:
    """Return whether all of the left lies before all of the right."""
    match left, right:
        case Range(), Range():
            touching = _both(_touch(left.high, right.low), not (left.high_included and right.low_included))
            return _either(_ends_before(left.high, right.low), touching)
        case Range(), _:
            return _either(_ends_before(left.high, right), _both(_meet(left.high, right), not left.high_included))
        case _, Range():
            return _either(_ends_before(left, right.low), _both(_meet(left, right.low), not right.low_included))
        case _:
            return less(left, right)


def _touch(high: object, low: object) -> Answer:
    """Return whether an upper end is the same point as a lower one; what is open is none."""
    return False if high is OPEN or low is OPEN else equal(high, low)


@function("before", "point1,point2", "point,range", "range,point", "range1,range2")
def before(left: object, right: object) -> object:
    """Return whether all of the left lies before all of the right."""
    return is_before(left, right)


@function("after", "point1,point2", "point,range", "range,point", "range1,range2")
def after(left: object, right: object) -> object:
    """Return whether all of the left lies after all of the right."""
    return is_before(right, left)


def meets(left: Range, right: Range) -> Answer:
    """Return whether the left ends where the right begins, both with that point."""
    return _both(left.high_included, right.low_included, _touch(left.high, right.low))


def overlaps(left: Range, right: Range) -> Answer:
    """Return whether some point is in both."""
    return _both(_not(is_before(left, right)), _not(is_before(right, left)))


def _begins_earlier(left: Range, right: Range) -> Answer:
    if left.low is OPEN or right.low is OPEN:
        return left.low is OPEN and right.low is not OPEN
    more = left.low_included and not right.low_included
    return _either(less(left.low, right.low), _both(equal(left.low, right.low), more))


def _ends_earlier(left: Range, right: Range) -> Answer:
    if left.high is OPEN or right.high is OPEN:
        return right.high is OPEN and left.high is not OPEN
    less_ = right.high_included and not left.high_included
    return _either(less(left.high, right.high), _both(equal(left.high, right.high), less_))


def overlaps_before(left: Range, right: Range) -> Answer:
    """Return whether the left begins earlier, and ends inside the right."""
    return _both(_begins_earlier(left, right), overlaps(left, right), _not(_ends_earlier(right, left)))


def includes(left: object, right: object) -> Answer:
    """Return whether the range on the left holds all of the right, a point or a range."""
    if not isinstance(left, Range):
        return None
    if isinstance(right, Range):
        return _both(_not(_begins_earlier(right, left)), _not(_ends_earlier(left, right)))
    return contains(left, right)


@function("includes", "range,point", "range1,range2")
def includes_(left: object, right: object) -> object:
    """Return whether the range on the left holds all of the right."""
    return includes(left, right)


@function("during", "point,range", "range1,range2")
def during(left: object, right: object) -> object:
    """Return whether the range on the right holds all of the left."""
    return includes(right, left)


def begins(left: object, right: object) -> Answer:
    """Return whether the left, a point or a range, begins where the range on the right does, and lies in it."""
    if not isinstance(right, Range):
        return None
    if isinstance(left, Range):
        together = _both(_meet(left.low, right.low), left.low_included == right.low_included)
        return _both(together, _not(_ends_earlier(right, left)))
    return _both(_meet(left, right.low), right.low_included)


def ends(left: object, right: object) -> Answer:
    """Return whether the left, a point or a range, ends where the range on the right does, and lies in it."""
    if not isinstance(right, Range):
        return None
    if isinstance(left, Range):
        together = _both(_meet(left.high, right.high), left.high_included == right.high_included)
        return _both(together, _not(_begins_earlier(left, right)))
    return _both(_meet(left, right.high), right.high_included)


def coincides(left: object, right: object) -> Answer:
    """Return whether both are the same point or range."""
    return equal(left, right) if isinstance(left, Range) == isinstance(right, Range) else None


PAIR = ("range1,range2",)
WITH_POINT = ("point,range", "range1,range2")
function("meets", *PAIR)(_range_pair(meets))
function("met by", *PAIR)(_range_pair(lambda left, right: meets(right, left)))
function("overlaps", *PAIR)(_range_pair(overlaps))
function("overlaps before", *PAIR)(_range_pair(overlaps_before))
function("overlaps after", *PAIR)(_range_pair(lambda left, right: overlaps_before(right, left)))
function("starts", *WITH_POINT)(begins)
function("started by", "range,point", "range1,range2")(lambda left, right: begins(right, left))
function("finishes", *WITH_POINT)(ends)
function("finished by", "range,point", "range1,range2")(lambda left, right: ends(right, left))
function("coincides", "point1,point2", "range1,range2")(coincides)
