"""Grant a measure, once, and keep the account it is to be paid to (兑现决定、收款账户)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yimen.cases.logic import day_of
from yimen.cases.queries import Outcome
from yimen.core.errors import Invalid
from yimen.core.locks import exclusive
from yimen.core.vault import vault_at
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.policies import application_queries, choosing, events, queries
from yimen.policies.models import Award, Beneficiary, PayeeAccount
from yimen.policies.queries import Measure
from yimen.policies.services import guarding
from yimen.standards import working_days
from yimen.tasks import services as tasks

EXCLUDED_TASK = "policy.excluded"
DIGITS = range(8, 33)
BANK_LENGTH = range(2, 101)
LONGEST_AMOUNT = 16
SYSTEM = Actor("system", "policies.award", "政策兑现（系统）")


class BadAccount(Invalid):
    """What was given can be no account."""

    code = "policies.bad-account"
    title = "收款账户有误。"


@dataclass(frozen=True, slots=True)
class Given:
    """An account as the form gave it (收款账户): bank and number; both empty means the one confirmed before."""

    bank: str = ""
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """An account opened for paying: in whose name, at which bank, its number."""

    holder: str
    bank: str
    number: str = field(repr=False)


def award_case(outcome: Outcome, *, at: datetime) -> Award | None:
    """Grant the measure of an approved case; the one there is where it was granted before.

    None where the party has meanwhile been granted what excludes it: the handling agency gets a task, and no money
    moves.
    """
    assert outcome.submitted_at is not None
    on = day_of(outcome.submitted_at)
    one = queries.measure(outcome.item, on=on)
    with exclusive("award", outcome.applicant):
        if known := Award.objects.filter(case_id=outcome.case_id).first():
            return known
        clash = Award.objects.filter(party_id=outcome.applicant, measure__in=guarding.excluded_by(one.name, on=on))
        if clash.exists():
            tasks.open_task(
                EXCLUDED_TASK,
                str(outcome.case_id),
                title=f"重复享受：{one.definition.name}",
                agency=outcome.agency,
                due_on=working_days.after(day_of(at), 5),
                by=SYSTEM,
                at=at,
                words="主体已享受与之互斥的奖补项，本件不予兑付，请核实并撤销其一。",
            )
            return None
        with transaction.atomic():
            made = Award(case_id=outcome.case_id, party_id=outcome.applicant, amount_yuan=outcome.amount_yuan)
            return _granted(made, one, by=SYSTEM, at=at)


def award_beneficiary(row: Beneficiary, *, account: PayeeAccount | None, by: Actor, at: datetime) -> Award:
    """Grant a row of a list that was confirmed, in the caller's transaction."""
    one = queries.measure(row.measure, on=day_of(row.judged_at))
    made = Award(beneficiary=row, party_id=row.party_id, amount_yuan=row.amount_yuan, account=account)
    return _granted(made, one, by=by, at=at)


def _granted(made: Award, one: Measure, *, by: Actor, at: datetime) -> Award:
    """Keep it with its shares, record the act and tell, in the caller's transaction."""
    amount = made.amount_yuan if one.definition.pays else None
    made.measure, made.granted_at, made.amount_yuan = one.name, at, amount
    made.shares = [] if amount is None else [_plain(share) for share in choosing.shares(amount, one.definition)]
    made.save(force_insert=True)
    ledger.record_act(
        actor=by,
        action="measure.granted",
        subject=made.party_id,
        purpose=Purpose(one.name, one.definition.name, made.case_id),
        at=at,
        details={"award": made.pk},
    )
    events.measure_granted.send(
        Award,
        award=made.pk,
        measure=one.name,
        case_id=made.case_id,
        beneficiary=made.beneficiary_id,
        party=made.party_id,
        amount=amount,
        at=at,
    )
    return made


def _plain(share: choosing.Share) -> dict[str, str]:
    return {"agency": share.agency, "share": str(share.part), "yuan": str(share.yuan)}


def confirm_account(award_id: int, given: Given, *, by: Standing, at: datetime) -> Award:
    """Say to which account an award is to be paid; a second time nothing changes.

    Raises:
        AwardNotFound: not theirs. BadAccount: it can be none, or none was confirmed before.
    """
    with transaction.atomic():
        award = application_queries.award_of(by, award_id, lock=True)
        if award.account_id is None:
            award.account = keep_account(by.principal, given, by=by, at=at)
            award.save(update_fields=["account"])
            ledger.record_act(
                actor=by.actor,
                action="award.account-confirmed",
                subject=award.party_id,
                purpose=Purpose(award.measure, queries.title_of(award.measure), award.case_id),
                at=at,
                details={"award": award.pk},
            )
            events.account_confirmed.send(Award, award=award.pk, party=award.party_id, at=at)
    return award


def keep_account(party: Party, given: Given, *, by: Standing, at: datetime) -> PayeeAccount:
    """Return the account given, sealed and kept, in the caller's transaction; where none is given the newest there is.

    Raises:
        BadAccount: it can be no account, or none is given and there is none.
    """
    if not given.number.strip() and not given.bank.strip():
        known = PayeeAccount.objects.filter(party=party).first()
        if known is None:
            raise BadAccount("请填写开户银行和账号。账户应以本单位（本人）的名义开立。", field="number")
        return known
    bank, number = " ".join(given.bank.split()), account_number(given.number)
    if len(bank) not in BANK_LENGTH or not bank.isprintable():
        raise BadAccount("请填写开户银行的全称，如“中国银行深圳福田支行”。", field="bank")
    key_id, sealed = vault_at(Path(settings.YIMEN_SECRETS_KEY)).seal(number, of=_secret_of(party.pk))
    return PayeeAccount.objects.create(
        party=party,
        bank=bank,
        key_id=key_id,
        sealed=sealed,
        tail=number[-4:],
        confirmed_at=at,
        confirmed_by=by.person,
    )


def account_number(written: str) -> str:
    """Return an account number as digits; spaces, hyphens and full-width digits are how people write it.

    Raises:
        BadAccount: something else is in it, or it is too short or too long.
    """
    plain = "".join(unicodedata.normalize("NFKC", written).replace("-", " ").split())
    if not (plain.isascii() and plain.isdecimal()) or len(plain) not in DIGITS:
        raise BadAccount(
            f"账号应为 {DIGITS.start} 到 {DIGITS.stop - 1} 位数字，收到 {len(plain)} 个字符。请对照开户许可证填写。",
            field="number",
        )
    return plain


def account_of(award_id: int, *, by: Actor, at: datetime) -> Account | None:
    """Return the account an award is to be paid to, opened; None while none is confirmed.

    The act is recorded in the caller's transaction.
    """
    award = Award.objects.select_related("account", "party").filter(pk=award_id).first()
    if award is None or award.account is None:
        return None
    ledger.record_act(
        actor=by,
        action="award.account-opened",
        subject=award.party_id,
        purpose=Purpose(award.measure, f"{queries.title_of(award.measure)}（拨付）", award.case_id),
        at=at,
        details={"award": award.pk},
    )
    kept = award.account
    vault = vault_at(Path(settings.YIMEN_SECRETS_KEY))
    number = vault.open(kept.key_id, bytes(kept.sealed), of=_secret_of(award.party_id))
    return Account(award.party.name, kept.bank, number)


def _secret_of(party: object) -> str:
    return f"policies.account:{party}"


def amount_of(written: str) -> Decimal | None:
    """Return an amount as an officer wrote it, None where nothing was; nonsense is not a number (NaN), and refused."""
    plain = unicodedata.normalize("NFKC", written).replace(",", "").replace("元", "").strip()
    if not plain:
        return None
    is_number = plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) <= LONGEST_AMOUNT
    return Decimal(plain) if is_number else Decimal("NaN")
