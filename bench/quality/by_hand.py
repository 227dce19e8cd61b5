"""The same twenty rules as somebody would write them who knows DuckDB: one statement, one count for each."""

from yimen.standards import credit_code, resident_id

_ID = " + ".join(
    f"CAST(substr(id_number, {n + 1}, 1) AS INTEGER) * {weight}" for n, weight in enumerate(resident_id.WEIGHTS)
)
_CODE = " + ".join(
    f"(strpos('{credit_code.ALPHABET}', substr(employer, {n + 1}, 1)) - 1) * {weight}"
    for n, weight in enumerate(credit_code.WEIGHTS)
)
_BORN = """TRY_CAST(
    substr(id_number, 7, 4) || '-' || substr(id_number, 11, 2) || '-' || substr(id_number, 13, 2) AS DATE)"""

RULES = {
    "number.required": "number IS NULL",
    "id_number.required": "id_number IS NULL",
    "id_number.length": "length(id_number) > 18",
    "id_number.resident_id": f"""CASE WHEN regexp_full_match(id_number, '[0-9]{{17}}[0-9X]')
        THEN substr('10X98765432', 1 + ({_ID}) % 11, 1) <> substr(id_number, 18, 1)
          OR {_BORN} IS NULL
        ELSE id_number IS NOT NULL END""",
    "name.required": "name IS NULL",
    "name.length": "length(name) > 20",
    "birth_date.required": "birth_date IS NULL",
    "birth_date.range": "birth_date < DATE '1900-01-01' OR birth_date > current_date",
    "sex.code": "sex NOT IN ('1', '2')",
    "employer.required": "employer IS NULL",
    "employer.credit_code": f"""CASE WHEN regexp_full_match(employer, '{credit_code.FORM.pattern}')
        THEN substr('{credit_code.ALPHABET}', 1 + (31 - ({_CODE}) % 31) % 31, 1) <> substr(employer, 18, 1)
        ELSE employer IS NOT NULL END""",
    "started_on.range": "started_on < DATE '1900-01-01'",
    "ended_on.range": "ended_on < DATE '1900-01-01'",
    "base.required": "base IS NULL",
    "birth_date.id": f"birth_date <> {_BORN}",
    "ended-after-started": "ended_on < started_on",
    "paid-not-negative": "paid < 0",
    "base-in-limits": "base NOT BETWEEN 2360 AND 27501",
    "started-after-birth": "date_diff('year', birth_date, started_on) < 14",
}
UNIQUE = "count(number) - count(DISTINCT number)"


def statement(path: str, codes: list[str]) -> str:
    """Return the one statement that counts what breaks each of these rules."""
    counts = [UNIQUE if code == "unique" else f"count(*) FILTER ({RULES[code]})" for code in codes]
    return f"SELECT count(*), {', '.join(counts)} FROM read_parquet('{path}')"  # noqa: S608 - our own
