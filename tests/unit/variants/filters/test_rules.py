"""Every way in which an allele can end is declared with all that others tell of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from landfall.audit import reanalysis
from landfall.splicing.interpret import haplotypes
from landfall.variants.alleles import SYNTAX_RULES
from landfall.variants.filters import remedies
from landfall.variants.filters.rules import BY_NAME, RULES, STEPS, Rule

PACKAGE = Path(__file__).resolve().parents[4] / "landfall"
SCIENCE = (PACKAGE.parent / "docs" / "science.md").read_text()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_explained_wherever_it_is_told(rule: Rule) -> None:
    assert rule.meaning
    assert rule.step in STEPS
    assert f"`{rule.name}`" in SCIENCE
    assert bool(rule.remedy) != (rule.name in remedies._SETTINGS or rule.name == "region")
    if rule.stage == "filter":
        assert reanalysis.OF_RULE[rule.name]


def test_rules_are_declared_once() -> None:
    assert len(BY_NAME) == len(RULES)


def test_a_rule_that_code_gives_is_declared() -> None:
    """Names in the calls by which an allele gets its rule; a name that is not declared would have no meaning."""
    given = {name for name, _, _ in SYNTAX_RULES}
    patterns = {
        "variants/alleles.py": r'_decide\(\s*verdict,.*?"(\w+)"',
        "variants/normalise.py": r'"rule": "(\w+)"|"dropped", "normalise", "(\w+)"',
        "variants/filters/call_quality.py": r'^        \(\n            "(\w+)",',
        "variants/filters/location.py": r'rules\.append\(\s*\(\s*"(\w+)"',
        "variants/filters/frequency.py": r'^        \(\s*"(\w+)",',
        "splicing/windows.py": r'(?:return|reason=)\s*\(?\s*"(\w+_\w+)"',
        "splicing/score_rows.py": r'refused_row\(base, "(\w+)"',
    }
    for file, pattern in patterns.items():
        found = re.findall(pattern, (PACKAGE / file).read_text(), re.MULTILINE | re.DOTALL)
        names = {name for each in found for name in ([each] if isinstance(each, str) else each) if name}
        assert names, file
        given |= names
    assert given <= set(BY_NAME), given - set(BY_NAME)


def test_rules_of_the_call_that_neighbours_are_refused_by_are_declared() -> None:
    assert {BY_NAME[name].stage for name in haplotypes.CALL_RULES} == {"filter"}
