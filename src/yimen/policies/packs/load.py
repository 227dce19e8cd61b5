"""Put a pack with its policies into the database; the same pack twice changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yimen.items.packs import load as items
from yimen.items.packs.load import PackRefused
from yimen.policies import services
from yimen.policies.packs.check import check
from yimen.policies.packs.model import PolicyPack
from yimen.policies.paying import caps, setting


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load brought: names of items, rules and policies of which a new version was kept."""

    items: tuple[str, ...]
    rules: tuple[str, ...]
    policies: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any version is new."""
        return bool(self.items or self.rules or self.policies)


@transaction.atomic
def load(whole: PolicyPack, *, at: datetime) -> LoadReport:
    """Load the pack, all of it or nothing; versions that cases were decided by stay.

    Raises:
        PackRefused: a check found something wrong.
    """
    report = check(whole)
    if not report.is_clean:
        raise PackRefused(report.findings)
    new = items.put(whole.pack, at=at)
    policies = [
        one.definition.slug
        for one in whole.policies
        if services.put_policy(
            one.definition, {key: item.rule.xml for key, item in one.measures.items() if item.rule}, at=at
        )[1]
    ]
    if (file := whole.pack.folder / caps.FILE).exists():
        setting.put_caps(caps.read(file))
    return LoadReport(new.items, new.rules, tuple(policies))
