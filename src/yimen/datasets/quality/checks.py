"""Check digits as SQL: a million in a fraction of a second, none of it in Python.

The same rules as `standards.resident_id` and `standards.credit_code`; tests hold the two against each other. What
several conditions stand on is a part: a column that is reckoned once, in a query below theirs.
"""

from yimen.standards import credit_code, resident_id

HEAD, TAIL = 10, 7
"""Digits are taken from two whole numbers: dividing those is several times faster than cutting the text."""
X_WORTH = 10
DIVISION = range(3, 9)
"""Where a credit code has the division's code, which is all digits."""


def quoted(name: str) -> str:
    """Return a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def resident_id_parts(name: str) -> dict[str, str]:
    """Return the parts of a column of identity numbers by their names: its form, two halves, and the birth date."""
    number = quoted(name)
    return {
        f"{name}·form": f"regexp_full_match({number}, '[0-9]{{17}}[0-9Xx]')",
        f"{name}·head": f"TRY_CAST(left({number}, {HEAD}) AS BIGINT)",
        f"{name}·tail": f"TRY_CAST(substr({number}, {HEAD + 1}, {TAIL}) AS BIGINT)",
        f"{name}·born": f"CAST(try_strptime(substr({number}, 7, 8), '%Y%m%d') AS DATE)",
    }


def resident_id_holds(name: str) -> str:
    """Return the SQL condition that the column holds a right resident identity number (GB 11643-1999).

    True or false, null where the column is; a small x counts as a capital. Stands on `resident_id_parts`.
    """
    number, form, born = quoted(name), quoted(f"{name}·form"), quoted(f"{name}·born")
    total = " + ".join(
        f"({quoted(f'{name}·{part}')}//{10 ** (size - 1 - place)})%10*{resident_id.WEIGHTS[offset + place]}"
        for part, size, offset in (("head", HEAD, 0), ("tail", TAIL, HEAD))
        for place in range(size)
    )
    last = f"{number}[{resident_id.LENGTH}]"
    worth = f"(CASE WHEN {last} IN ('X', 'x') THEN {X_WORTH} ELSE ord({last}) - 48 END)"
    # ISO 7064 MOD 11-2: with the check character's own worth the whole leaves 1.
    right = f"({total} + {worth}) % 11 = 1"
    return f"(CASE WHEN {form} THEN {right} AND {born} IS NOT NULL WHEN {number} IS NULL THEN NULL ELSE false END)"


def birth_of(name: str) -> str:
    """Return digits 7 to 14 of an identity number as an SQL date, null where they are none."""
    return f"(CASE WHEN {quoted(f'{name}·form')} THEN {quoted(f'{name}·born')} END)"


def credit_code_parts(name: str) -> dict[str, str]:
    """Return the parts of a column of credit codes: in capitals where it has their form, and its six digits."""
    code = quoted(name)
    form = f"regexp_full_match({code}, '(?i){credit_code.FORM.pattern}')"
    return {
        f"{name}·capital": f"CASE WHEN {form} THEN upper({code}) END",
        f"{name}·division": f"TRY_CAST(substr({code}, {DIVISION.start}, {len(DIVISION)}) AS INTEGER)",
    }


def credit_code_holds(name: str) -> str:
    """Return the SQL condition that the column holds a right unified social credit code (GB 32100-2015).

    True or false, null where the column is; small letters count as capitals. Stands on `credit_code_parts`.
    """
    code, capital = quoted(name), quoted(f"{name}·capital")
    worths = [*credit_code.WEIGHTS, 1]
    total = " + ".join(f"{_worth(name, place)}*{weight}" for place, weight in enumerate(worths, start=1))
    # The check character's own worth makes the whole a multiple of 31.
    return f"(CASE WHEN {capital} IS NOT NULL THEN ({total}) % 31 = 0 WHEN {code} IS NULL THEN NULL ELSE false END)"


def _worth(name: str, place: int) -> str:
    """Return what the character at a place, from 1, is worth; those of the division are always digits."""
    if place in DIVISION:
        return f"({quoted(f'{name}·division')}//{10 ** (DIVISION.stop - 1 - place)})%10"
    return f"(strpos('{credit_code.ALPHABET}', substr({quoted(f'{name}·capital')}, {place}, 1)) - 1)"
