"""A small city for requests: a dataset of the police, an item of the HR bureau that reads three of its four fields."""

from datetime import UTC, date, datetime, timedelta

from yimen.core.lineage import Edge, Node
from yimen.datasets.models import Dataset, DatasetField
from yimen.datasets.services import Said, Wish
from yimen.parties import queries
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TODAY = date(2026, 11, 25)
READ = ("household", "birth_date", "convicted")
FIELDS = (*READ, "blood_type")
TITLES = {"household": "户籍所在地", "birth_date": "出生日期", "convicted": "犯罪记录", "blood_type": "血型"}
ITEM = Node("item", "reception", "毕业生接收")


def edges():
    """What the rooms above would add to the lineage: three fields feed facts the item's rules read."""
    rule = Node("rule", "reception")
    for name in FIELDS:
        fact = Node("fact", f"person.{name}", TITLES[name])
        yield Edge(Node("field", f"population.{name}"), fact)
        if name in READ:
            yield Edge(fact, rule)
    yield Edge(rule, ITEM)


def dataset(sharing="CONDITIONAL", *, code="population", connection="population", **fields):
    """The police's dataset; `fields` gives single fields a sharing type of their own."""
    parties.agency()
    parties.agency(parties.POLICE, "公安局")
    parties.agency(parties.DATA_BUREAU, "市政务和数据局")
    made = Dataset.objects.create(
        code=code,
        title="人口基本信息",
        agency_id=parties.POLICE,
        sharing=sharing,
        source_kind="memory",
        connection=connection,
        settings={"relation": code},
    )
    for name in FIELDS:
        DatasetField.objects.create(
            dataset=made, name=name, title=TITLES[name], type="string", source_name=name, sharing=fields.get(name, "")
        )
    return made


def desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    return queries.desk(parties.desk(role, code), on=TODAY)


def wish(**changes):
    return Wish(
        **{
            "dataset": "population",
            "fields": READ,
            "kind": "ITEM",
            "item": "reception",
            "purpose": "核验毕业生是否符合落户条件",
            "basis_kind": "STATUTORY",
            "valid_from": TODAY,
            "valid_until": TODAY + timedelta(days=365),
            **changes,
        }
    )


YES = Said(is_granted=True)
NO = Said(is_granted=False, legal_ground="《居民身份证法》第十九条")


def everything(said, *names):
    return dict.fromkeys(names or READ, said)
