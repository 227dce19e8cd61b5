"""docs/glossary.md is the contract: a model or field without its Chinese term fails here."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[4]
HAN = re.compile(r"[\u4e00-\u9fff]")
MODELS = [model for model in apps.get_models() if model.__module__.startswith("yimen.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_stands_in_the_glossary_with_its_term(model):
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()

    found = [line for line in lines if re.match(rf"\|\s*{model.__name__}\s*\|", line)]

    assert found, f"docs/glossary.md has no row for {model.__name__}"
    assert str(model._meta.verbose_name) in found[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_its_chinese_term(model):
    inherited = {
        "password",
        "last_login",
        "is_superuser",
        "username",
        "first_name",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "date_joined",
    }
    own = [f for f in model._meta.concrete_fields if f.name not in inherited and not (f.primary_key and f.name == "id")]

    without = [f.name for f in own if not HAN.search(str(f.verbose_name))]

    assert without == []
