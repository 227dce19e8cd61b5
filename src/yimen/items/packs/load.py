"""Put a pack into the database, through each room's own services; the same pack twice changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen.core.errors import Invalid
from yimen.datasets import services as datasets
from yimen.facts import services as facts
from yimen.items import services as items
from yimen.items.packs.check import check
from yimen.items.packs.model import Finding, Pack
from yimen.licences import services as licences
from yimen.parties import services as parties
from yimen.rules import services as rules
from yimen.standards import services as standards


class PackRefused(Invalid):
    """The pack has errors; nothing of it was loaded."""

    code = "items.pack-refused"
    title = "内容包有错误，没有载入。"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep what was found wrong."""
        super().__init__("\n".join(map(str, findings)), findings=[str(one) for one in findings])
        self.findings = findings


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load brought: names of items and rules of which a new version was kept."""

    items: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any version is new."""
        return bool(self.items or self.rules)


@transaction.atomic
def load(pack: Pack, *, at: datetime) -> LoadReport:
    """Load the pack, all of it or nothing; versions that cases were decided by stay.

    Raises:
        PackRefused: a check found something wrong.
    """
    report = check(pack)
    if not report.is_clean:
        raise PackRefused(report.findings)
    return put(pack, at=at)


@transaction.atomic
def put(pack: Pack, *, at: datetime) -> LoadReport:
    """Put a pack in which nothing is wrong into the database, for whoever has checked it."""
    for _, agency in pack.agencies:
        parties.put_agency(agency)
    for _, code_list in pack.code_lists:
        standards.put_code_list(code_list, on=timezone.localdate(at))
    for _, element in pack.elements:
        standards.put_element(element, on=timezone.localdate(at))
    for _, kind in pack.classes:
        datasets.put_class(kind)
    retired = {kept.code for kept in (datasets.put_dataset(one, at=at) for _, one in pack.datasets) if kept.retired_on}
    for _, grant in pack.grants:
        if grant.dataset not in retired:  # its grants ended with it; a file does not bring them back
            datasets.put_grant(grant)
    for _, dataset in pack.datasets:
        keep = {(grant.grantee, grant.item) for _, grant in pack.grants if grant.dataset == dataset.code}
        datasets.end_grants_but(dataset.code, keep=keep, on=timezone.localdate(at))
    for _, library in pack.base_libraries:
        datasets.put_library(library)
    for _, fact in pack.facts:
        facts.put_fact(fact)
    for _, licence_type in pack.licence_types:
        licences.put_type(licence_type)
    for _, line in pack.catalogue:
        items.put_base_item(line)
    new_items: list[str] = []
    new_rules: list[str] = []
    for item in pack.items:
        slug = item.definition.slug
        if items.put_item(item.definition, at=at)[1]:
            new_items.append(slug)
        if item.rule is not None:
            rule = item.rule
            _, is_new = rules.put_version(
                slug, rule.xml, effective_from=rule.effective_from, effective_until=rule.effective_until, at=at
            )
            if is_new:
                new_rules.append(slug)
    return LoadReport(tuple(new_items), tuple(new_rules))
