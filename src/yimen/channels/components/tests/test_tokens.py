"""Colours and sizes stand in one file, and the pairs people read by can be read."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static" / "yimen"
CHANNELS = Path(__file__).resolve().parents[2]
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
SETS = {
    "light": TOKENS.split("@media")[0],
    "dark": re.search(r':root\[data-theme="dark"\] \{(.*?)\n\}', TOKENS, re.DOTALL).group(1),
    "contrast": re.search(r':root\[data-theme="contrast"\] \{(.*?)\n\}', TOKENS, re.DOTALL).group(1),
}


def colour(look, name):
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}})", SETS[look]) or re.search(
        rf"--{name}: (#[0-9a-f]{{6}})", SETS["light"]
    )
    return found.group(1)


def luminance(value):
    parts = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", SETS)
@pytest.mark.parametrize("ground", ["paper", "ground", "tint"])
@pytest.mark.parametrize("text", ["ink", "muted", "brand", "good", "warn", "bad", "wait"])
def test_text_reads_on_every_ground(look, ground, text):
    assert contrast(colour(look, text), colour(look, ground)) >= 4.5


@pytest.mark.parametrize("look", SETS)
def test_controls_and_buttons_stand_out(look):
    assert contrast(colour(look, "control"), colour(look, "paper")) >= 3
    assert contrast(colour(look, "on-brand"), colour(look, "brand")) >= 4.5


def test_no_colour_is_written_outside_the_tokens():
    css = (STATIC / "components.css").read_text(encoding="utf-8")

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", css) == []


def test_both_ways_to_the_dark_set_say_the_same():
    by_device = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\n  \}", TOKENS, re.DOTALL).group(1)

    assert by_device.split() == SETS["dark"].split()


@pytest.mark.parametrize("template", sorted(CHANNELS.rglob("*.html")), ids=lambda path: path.name)
def test_no_page_has_a_style_or_script_of_its_own(template):
    text = template.read_text(encoding="utf-8")

    assert "style=" not in text
    assert "<style" not in text
    assert re.findall(r"\son(?:click|change|input|submit|load|key|mouse|focus|blur|error)[a-z]*=", text) == []
    assert re.findall(r"<script(?! src=)", text) == []
