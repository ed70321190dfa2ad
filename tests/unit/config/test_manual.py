"""What the program tells of its own configuration, and the configurations that it ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from landfall.config import manual
from landfall.config.settings import schema
from landfall.config.yaml_source import Schema, with_defaults

ROOT = Path(__file__).resolve().parents[3]


def test_the_defaults_that_are_printed_are_those_that_are_filled_in() -> None:
    printed = yaml.safe_load(manual.defaults())
    filled = with_defaults({"genome": {}}, schema("config"))
    filled["models"], filled["regulation"]["models"] = printed["models"], printed["regulation"]["models"]
    assert printed == filled


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "filter.frequency.maximum",
            ["highest population frequency", "default: 0.02", "at least 0, at most 1"],
        ),
        ("genome.build", ["must be given", "one of GRCh38, GRCh37, synthetic"]),
        ("models.distance", ["bases on either side", "default: 500"]),
        ("filter", ["min_depth:", "frequency:"]),
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
def test_a_key_that_does_not_exist_is_told_with_the_nearest(key: str, words: str) -> None:
    with pytest.raises(manual.UnknownKeyError, match=words.replace("?", r"\?")):
        manual.explain(key)


def repeated(value: Any, rules: Schema, place: str = "") -> list[str]:
    """The keys of a configuration that say what their default says."""
    if isinstance(value, dict):
        inner = rules.get("properties", {})
        return [key for name, one in value.items() for key in repeated(one, inner[name], f"{place}.{name}")]
    if isinstance(value, list) and "properties" in rules.get("items", {}):
        return [key for one in value for key in repeated(one, rules["items"], place)]
    return [place] if "default" in rules and rules["default"] == value else []


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_configuration_of_a_genome_holds_what_differs_from_the_defaults(build: str) -> None:
    given = yaml.safe_load((ROOT / "config" / f"{build}.yaml").read_text())
    assert repeated(given, schema("config")) == [".licences.accept"]  # for the user to fill in
    assert given["genome"]["build"] == build
