"""The manual of the configuration, and the configurations that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from landfall.config import manual
from landfall.config.downloads import Downloads
from landfall.config.fields import Section, declared, keys_of
from landfall.config.sections import Settings

ROOT = Path(__file__).resolve().parents[3]


GENOME = {"build": "synthetic", "fasta": "genome.fa", "annotation": "genes.gtf"}


def test_the_defaults_that_are_printed_are_those_that_are_filled_in() -> None:
    printed = yaml.safe_load(manual.defaults())
    assert printed["genome"] == {"mane": None}
    assert {**printed, "genome": None} == {**Settings(genome=GENOME).plain, "genome": None}


def test_the_defaults_that_are_printed_have_no_marks_of_markdown() -> None:
    assert "(docs/deployment.md)" in manual.defaults()
    assert not [mark for mark in ("](", "`") if mark in manual.defaults()]


@pytest.mark.parametrize("model", [Settings, Downloads])
def test_every_key_stands_in_the_manual(model: type[Section]) -> None:
    text = (ROOT / "config" / "README.md").read_text()
    for one in declared(model):
        if not one.section or one.is_list:
            assert f"\n| `{one.name}` | " in text, one.name


def test_the_json_schema_holds_every_section_and_bound() -> None:
    schema = json.loads(manual.json_schema())
    frequency = schema["$defs"]["Frequency"]["properties"]
    assert (frequency["max_af"]["minimum"], frequency["max_af"]["default"]) == (0, 0.02)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "filter.frequency.max_af",
            ["highest population frequency", "default: 0.02", "allowed: number, from 0 to 1"],
        ),
        ("genome.build", ["required", "GRCh38, GRCh37 or synthetic"]),
        ("models.distance", ["bases on either side", "default: 500"]),
        ("filter", ["min_depth:", "frequency:"]),
        ("models[0].distance", ["models.distance: bases on either side"]),
        (
            "closer.masked_step",
            ["closer.masked_step is now called interpretation.antisense.step\n", "default: 3"],
        ),
        ("licence", ["licence is now called licences.use\n", "default: any"]),
    ],
)
def test_a_key_is_explained(key: str, words: list[str]) -> None:
    text = manual.explain(key)
    assert all(part in text for part in words), text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("filter.min_deph", "no key min_deph in filter; did you mean min_depth?"),
        ("samples.x", "no key x in samples"),
        ("", "no key "),
    ],
)
def test_a_key_that_does_not_exist_is_refused_with_the_nearest(key: str, words: str) -> None:
    with pytest.raises(manual.UnknownKeyError, match=words.replace("?", r"\?")):
        manual.explain(key)


def repeated(value: Any, model: type[Section], place: str = "") -> list[str]:
    """The keys of a configuration that give their default."""
    found: list[str] = []
    for one in keys_of(model):
        here, given = f"{place}.{one.name}", value.get(one.name, ...)
        entries = given if isinstance(given, list) else [given]
        if one.section and given is not ...:
            found += [key for entry in entries for key in repeated(entry, one.section, here)]
        elif given is not ... and given == one.default:
            found.append(here)
    return found


@pytest.mark.parametrize("name", ["GRCh37", "GRCh38", "config"])
def test_a_shipped_configuration_holds_what_differs_from_the_defaults(name: str) -> None:
    given = yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())
    for_the_user = [] if name == "config" else [".licences.accepted"]
    assert repeated(given, Settings) == for_the_user
    assert given["genome"]["build"] == ("synthetic" if name == "config" else name)
