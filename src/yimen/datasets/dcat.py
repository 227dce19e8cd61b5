"""The catalogue as linked data, for other catalogues to harvest (DCAT-AP 3.0, W3C DCAT 3).

What is shared among departments is not public, whatever the sharing type: only the openness of a dataset makes it so.
Concepts of the European authority tables are used where they say the same (access rights, frequency, language); what
is our own (sharing types, classes, formats) is written out here with its label.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from yimen.core.errors import NotFound
from yimen.datasets import catalogue, classifying
from yimen.datasets.models import CatalogueClass, Dataset, DatasetField
from yimen.standards import divisions

ADMS = Namespace("http://www.w3.org/ns/adms#")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
AUTHORITY = "http://publications.europa.eu/resource/authority"
VERSION = URIRef("http://www.w3.org/ns/dcat#version")
"""DCAT 3; the library's own list of terms ends with DCAT 2."""
CHINESE = URIRef(f"{AUTHORITY}/language/ZHO")
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"

FREQUENCIES: Mapping[str, str] = {
    "REALTIME": "CONT",
    "DAILY": "DAILY",
    "WEEKLY": "WEEKLY",
    "MONTHLY": "MONTHLY",
    "QUARTERLY": "QUARTERLY",
    "YEARLY": "ANNUAL",
    "ON_DEMAND": "IRREG",
}
MEDIA: Mapping[str, str] = {"7": "application/json", "2": "text/csv"}
"""The media type of a format, where it has one."""
DATATYPES: Mapping[str, URIRef] = {
    "string": XSD.string,
    "boolean": XSD.boolean,
    "date": XSD.date,
    "number": XSD.decimal,
    "list": XSD.string,
}


class NoSuchForm(NotFound):
    """The catalogue is not written in this form."""

    code = "datasets.no-such-form"
    title = "数据目录没有这种格式。"


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing linked data: the library's name for it, and its media type."""

    name: str
    media_type: str


FORMS: Mapping[str, Form] = {
    "ttl": Form("turtle", "text/turtle; charset=utf-8"),
    "jsonld": Form("json-ld", "application/ld+json; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """The catalogue as text, how many datasets are in it, and its media type."""

    text: str
    datasets: int
    media_type: str


def export(form: str, *, base: str, is_public: bool) -> Export:
    """Return the catalogue in this form, as it stands at `base`; to the public only what may be open.

    Raises:
        NoSuchForm: `form` is none of FORMS.
    """
    if form not in FORMS:
        raise NoSuchForm(f"没有“{form}”，请用 {'、'.join(FORMS)} 之一。")
    listed = catalogue.exported(is_public=is_public)
    bureau = catalogue.publisher()
    harvest = Harvest(
        base=base if base.endswith("/") else f"{base}/",
        title="政务数据开放目录" if is_public else "政务数据资源目录",
        description="可以向社会开放的数据资源。" if is_public else "各部门登记、共享和开放的数据资源。",
        publisher_code=bureau.code if bureau else "",
        publisher_name=bureau.name if bureau else "数据管理部门",
    )
    text = graph(harvest, listed, catalogue.class_rows()).serialize(format=FORMS[form].name)
    return Export(text, len(listed), FORMS[form].media_type)


@dataclass(frozen=True, slots=True)
class Harvest:
    """A catalogue to be written: what it is called, whose it is, where it stands (ending in a slash)."""

    base: str
    title: str
    description: str
    publisher_code: str
    publisher_name: str


def graph(
    harvest: Harvest,
    datasets: Iterable[tuple[Dataset, list[DatasetField], datetime | None]],
    classes: Iterable[CatalogueClass],
) -> Graph:
    """Return the catalogue of these datasets, each with its fields and when it was last changed."""
    return _Writer(harvest, {one.code: one.name for one in classes}).written(datasets)


def access_right(dataset: Dataset) -> str:
    """Return PUBLIC, RESTRICTED or NON_PUBLIC: openness decides what is public, sharing what is closed to all."""
    match dataset.openness, dataset.sharing:
        case "UNCONDITIONAL", _:
            return "PUBLIC"
        case "CLOSED", "WITHHELD":
            return "NON_PUBLIC"
        case _:
            return "RESTRICTED"


class _Writer:
    """Writes one catalogue; what is said of a shared thing (an agency, a class, a language) is said once."""

    def __init__(self, harvest: Harvest, classes: Mapping[str, str]) -> None:
        self._harvest, self._classes = harvest, classes
        self._graph = Graph()
        for prefix, space in (("dcat", DCAT), ("adms", ADMS), ("csvw", CSVW), ("vcard", VCARD)):
            self._graph.bind(prefix, space)

    def written(self, datasets: Iterable[tuple[Dataset, list[DatasetField], datetime | None]]) -> Graph:
        here = self._at("catalogue")
        publisher = self._agency(self._harvest.publisher_code, self._harvest.publisher_name)
        self._say(
            here,
            (RDF.type, DCAT.Catalog),
            (DCTERMS.title, _zh(self._harvest.title)),
            (DCTERMS.description, _zh(self._harvest.description)),
            (DCTERMS.publisher, publisher),
            (DCTERMS.language, self._typed(CHINESE, DCTERMS.LinguisticSystem, "中文")),
            (FOAF.homepage, self._typed(self._at(""), FOAF.Document)),
        )
        all_of_them = list(datasets)
        known = {one.code for one, _, _ in all_of_them}
        for dataset, fields, modified in all_of_them:
            self._say(here, (DCAT.dataset, self._dataset(dataset, fields, modified, known)))
            if dataset.format == Dataset.Format.SERVICE:
                self._say(here, (DCAT.service, self._service(dataset)))
        for scheme in set(self._graph.subjects(RDF.type, SKOS.ConceptScheme)):
            self._say(here, (DCAT.themeTaxonomy, scheme))
        return self._graph

    def _dataset(
        self, dataset: Dataset, fields: list[DatasetField], modified: datetime | None, known: set[str]
    ) -> URIRef:
        here = self._at(f"datasets/{dataset.code}")
        self._say(
            here,
            (RDF.type, DCAT.Dataset),
            (DCTERMS.title, _zh(dataset.title)),
            (DCTERMS.description, _zh(dataset.abstract or dataset.title)),
            (DCTERMS.identifier, Literal(dataset.resource_code or dataset.code)),
            (DCTERMS.publisher, self._agency(dataset.agency_id, dataset.agency.name)),
            (DCTERMS.language, CHINESE),
            (DCTERMS.accessRights, self._right(dataset)),
            (DCTERMS.accrualPeriodicity, self._frequency(dataset)),
            (DCTERMS.spatial, self._place(dataset.agency.division_code)),
            (DCTERMS.conformsTo, self._schema(dataset, fields)),
            (VERSION, Literal(str(dataset.version))),
            (DCAT.contactPoint, self._contact(dataset)),
            (DCAT.landingPage, self._typed(self._at(f"console/datasets/{dataset.code}/"), FOAF.Document)),
            (DCAT.distribution, self._distribution(dataset)),
            *((DCAT.keyword, _zh(word)) for word in dataset.keywords),
            *((DCAT.theme, theme) for theme in self._themes(dataset)),
            *((DCTERMS.relation, self._at(f"datasets/{one}")) for one in dataset.related if one in known),
        )
        if dataset.published_on:
            self._say(here, (DCTERMS.issued, Literal(dataset.published_on)))
        if modified:
            self._say(here, (DCTERMS.modified, Literal(modified)))
        if dataset.local_code:
            local = BNode()
            self._say(local, (RDF.type, ADMS.Identifier), (SKOS.notation, Literal(dataset.local_code)))
            self._say(here, (ADMS.identifier, local))
        return here

    def _distribution(self, dataset: Dataset) -> URIRef:
        here = self._at(f"datasets/{dataset.code}#distribution")
        self._say(
            here,
            (RDF.type, DCAT.Distribution),
            (DCTERMS.title, _zh(f"{dataset.title}（{dataset.get_format_display()}）")),
            (DCAT.accessURL, self._at(f"console/datasets/{dataset.code}/")),
            (DCTERMS.format, self._format(dataset)),
            (DCTERMS.rights, self._sharing(dataset)),
        )
        if media := MEDIA.get(dataset.format):
            self._say(here, (DCAT.mediaType, self._typed(URIRef(MEDIA_TYPE + media), DCTERMS.MediaType, media)))
        if dataset.format == Dataset.Format.SERVICE:
            self._say(here, (DCAT.accessService, self._at(f"services/{dataset.code}")))
        return here

    def _service(self, dataset: Dataset) -> URIRef:
        here = self._at(f"services/{dataset.code}")
        self._say(
            here,
            (RDF.type, DCAT.DataService),
            (DCTERMS.title, _zh(f"{dataset.title}查询服务")),
            (DCAT.endpointURL, self._at(f"console/datasets/{dataset.code}/")),
            (DCAT.servesDataset, self._at(f"datasets/{dataset.code}")),
            (DCTERMS.publisher, self._agency(dataset.agency_id, dataset.agency.name)),
            (DCTERMS.accessRights, self._right(dataset)),
            (DCAT.contactPoint, self._contact(dataset)),
        )
        return here

    def _schema(self, dataset: Dataset, fields: list[DatasetField]) -> URIRef:
        """Return the table's schema (信息项) as CSV on the Web has it, each column with its type and data element."""
        here = self._at(f"datasets/{dataset.code}#schema")
        columns: list[Node] = []
        for one in fields:
            column = BNode()
            self._say(
                column,
                (RDF.type, CSVW.Column),
                (CSVW.name, Literal(one.name)),
                (CSVW.title, _zh(one.title)),
                (CSVW.datatype, DATATYPES.get(one.type, XSD.string)),
                (CSVW.required, Literal(one.is_required)),
            )
            if one.element:
                self._say(column, (CSVW.propertyUrl, Literal(f"urn:yimen:element:{one.element}")))
            columns.append(column)
        listed = BNode()
        Collection(self._graph, listed, columns)
        self._say(
            here,
            (RDF.type, DCTERMS.Standard),
            (RDF.type, CSVW.Schema),
            (DCTERMS.title, _zh(f"{dataset.title}字段")),
            (CSVW.column, listed if columns else RDF.nil),
        )
        return here

    def _themes(self, dataset: Dataset) -> list[URIRef]:
        """Return the class a dataset stands in, written with all those above it, each below the one before."""
        path = classifying.path_of(dataset.resource_code, self._classes)
        if not path:
            return []
        scheme = self._at(f"classes/{path[0][0]}")
        self._say(scheme, (RDF.type, SKOS.ConceptScheme), (DCTERMS.title, _zh(path[0][1])))
        above: URIRef | None = None
        for code, name in path[1:] or path:
            concept = self._at(f"classes/{code}#concept")
            self._say(
                concept,
                (RDF.type, SKOS.Concept),
                (SKOS.prefLabel, _zh(name)),
                (SKOS.notation, Literal(code)),
                (SKOS.inScheme, scheme),
            )
            if above is not None:
                self._say(concept, (SKOS.broader, above))
            above = concept
        return [] if above is None else [above]

    def _agency(self, code: str, name: str) -> URIRef:
        here = self._at(f"agencies/{code}")
        self._say(
            here,
            (RDF.type, FOAF.Agent),
            (RDF.type, FOAF.Organization),
            (FOAF.name, _zh(name)),
            (DCTERMS.identifier, Literal(code)),
        )
        return here

    def _contact(self, dataset: Dataset) -> URIRef:
        here = self._at(f"datasets/{dataset.code}#contact")
        name = dataset.contact or f"{dataset.agency.short_name}数据专员"
        self._say(here, (RDF.type, VCARD.Kind), (RDF.type, VCARD.Organization), (VCARD.fn, _zh(name)))
        if number := "".join(one for one in dataset.contact_phone if one.isascii() and one.isdigit()):
            self._say(here, (VCARD.hasTelephone, URIRef(f"tel:{number}")))
        return here

    def _right(self, dataset: Dataset) -> URIRef:
        name = access_right(dataset)
        return self._typed(URIRef(f"{AUTHORITY}/access-right/{name}"), DCTERMS.RightsStatement, name)

    def _sharing(self, dataset: Dataset) -> URIRef:
        """Return the sharing type with its condition or legal ground, in words."""
        here = self._at(f"datasets/{dataset.code}#sharing")
        why = dataset.sharing_condition or dataset.legal_ground
        words = f"{dataset.get_sharing_display()}{'：' if why else ''}{why}"
        self._say(here, (RDF.type, DCTERMS.RightsStatement), (RDFS.label, _zh(words)))
        return here

    def _frequency(self, dataset: Dataset) -> URIRef:
        code = FREQUENCIES.get(dataset.update_cycle, "UNKNOWN")
        label = dataset.get_update_cycle_display()
        return self._typed(URIRef(f"{AUTHORITY}/frequency/{code}"), DCTERMS.Frequency, label)

    def _format(self, dataset: Dataset) -> URIRef:
        here = self._at(f"formats/{dataset.format}")
        return self._typed(here, DCTERMS.MediaTypeOrExtent, dataset.get_format_display())

    def _place(self, division: str) -> URIRef:
        here = self._at(f"divisions/{division}")
        return self._typed(here, DCTERMS.Location, divisions.name(division) or division)

    def _typed(self, here: URIRef, kind: URIRef, label: str = "") -> URIRef:
        self._say(here, (RDF.type, kind))
        if label:
            self._say(here, (RDFS.label, _zh(label)))
        return here

    def _at(self, path: str) -> URIRef:
        return URIRef(self._harvest.base + path)

    def _say(self, subject: Node, *pairs: tuple[URIRef, Node]) -> None:
        for predicate, value in pairs:
            self._graph.add((subject, predicate, value))


def _zh(text: str) -> Literal:
    return Literal(text, lang="zh")
