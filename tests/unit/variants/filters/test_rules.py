"""Every way in which an allele can end is declared once, with all that is derived from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from landfall.audit import reanalysis
from landfall.config import manual
from landfall.report.sections import funnel, unscored
from landfall.splicing.interpret import haplotypes
from landfall.variants.alleles import SYNTAX_RULES
from landfall.variants.filters import remedies, rules
from landfall.variants.filters.call_quality import CALL
from landfall.variants.filters.frequency import POPULATION
from landfall.variants.filters.location import LOCATION
from landfall.variants.filters.rule import (
    CALLED,
    FILTER,
    HAPLOTYPES,
    NORMALISE,
    REGULATION,
    SCORE,
    STEPS,
    Rule,
)
from landfall.variants.filters.rules import BY_NAME, RULES, of_stage
from landfall.variants.filters.scoring import LONGER_THAN_WINDOW

PACKAGE = Path(__file__).resolve().parents[4] / "landfall"
SCIENCE = (PACKAGE.parent / "docs" / "science.md").read_text()
LEDGER_STAGES = (NORMALISE, FILTER, SCORE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_meaning_a_step_and_a_remedy(rule: Rule) -> None:
    assert rule.meaning
    assert (rule.report_group in STEPS) == (rule.stage in LEDGER_STAGES)
    assert rule.remedy or rule.setting
    if rule.stage in LEDGER_STAGES:
        assert reanalysis.OF_RULE[rule.name] == rule.depends_on != ()


@pytest.mark.parametrize("rule", of_stage(FILTER), ids=lambda rule: rule.name)
def test_a_filter_can_be_applied_and_put_into_words(rule: Rule) -> None:
    assert rule.fails is not None
    assert rule.detail
    assert bool(rule.observed) == ("observed" in rule.fields)


@pytest.mark.parametrize("key", sorted({rule.setting for rule in RULES if rule.setting}), ids=lambda key: key)
def test_a_setting_of_a_rule_is_a_key_of_the_configuration(key: str) -> None:
    assert manual.explain(key).startswith(f"{key}: ")


def test_rules_are_declared_once_in_the_order_of_application() -> None:
    assert len(BY_NAME) == len(RULES)
    assert of_stage(FILTER) == (*CALL, *LOCATION, *POPULATION)
    order = [(NORMALISE, FILTER, SCORE, REGULATION, HAPLOTYPES).index(rule.stage) for rule in RULES]
    assert order == sorted(order)


def test_a_rule_that_code_gives_is_declared() -> None:
    """Names in the calls by which an allele gets its rule; a name that is not declared would have no meaning."""
    given = {name for name, _, _ in SYNTAX_RULES}
    patterns = {
        "variants/alleles.py": r'_decide\(\s*verdict,.*?"(\w+)"',
        "variants/normalise.py": r'"rule": "(\w+)"|"dropped", "normalise", "(\w+)"',
    }
    for file, pattern in patterns.items():
        found = re.findall(pattern, (PACKAGE / file).read_text(), re.MULTILINE | re.DOTALL)
        names = {name for each in found for name in ([each] if isinstance(each, str) else each) if name}
        assert names, file
        given |= names
    assert given == {rule.name for rule in of_stage(NORMALISE)}


def test_no_reason_is_spelt_beside_its_declaration() -> None:
    """A name that code writes itself can be misspelt, as outside_transcript was."""
    names = "|".join(rule.name for rule in (*rules.SCORING, *rules.FURTHER))
    spelt = re.compile(rf'(?:reason=|return |reason"\] == )"({names}|outside_transcript)"')
    files = [path for room in ("splicing", "regulation") for path in (PACKAGE / room).rglob("*.py")]
    found = {path.name: spelt.findall(path.read_text()) for path in files}
    assert {name: words for name, words in found.items() if words} == {}


def test_rules_of_the_call_that_neighbours_are_refused_by_are_all_but_the_genotype() -> None:
    assert [BY_NAME[name].report_group for name in haplotypes.CALL_FAULTS] == [CALLED] * (len(CALL) - 1)
    assert "genotype" not in haplotypes.CALL_FAULTS


@pytest.mark.parametrize("rule", ["position", "exon_too_long"])
def test_bug_a_rule_had_no_meaning_in_the_report_and_no_line_in_the_manual(rule: str) -> None:
    declared = BY_NAME[rule]
    loss = funnel.Loss(declared.stage, rule, declared.outcome, 3, "why")
    accounts = [*unscored.normalise([loss]), *unscored.not_scored([loss])]
    assert [a.meaning for a in accounts if a.alleles == "3"] == [declared.meaning]
    assert f"`{rule}` | {declared.meaning}" in SCIENCE
    assert remedies.remedy({"rule": rule, "detail": ""}, {}).words == declared.remedy


def test_bug_every_reason_in_the_report_has_its_meaning() -> None:
    """Filters had none."""
    losses = [funnel.Loss(r.stage, r.name, r.outcome, 1, "") for r in RULES if r.stage in LEDGER_STAGES]
    accounts = [*unscored.normalise(losses), *unscored.filtered(losses), *unscored.not_scored(losses)]
    assert {account.rule for account in accounts} == {loss.rule for loss in losses}
    assert all(account.meaning for account in accounts)


def test_bug_longer_than_window_has_one_wording() -> None:
    assert {SCORE, REGULATION, HAPLOTYPES} == {LONGER_THAN_WINDOW.stage, *LONGER_THAN_WINDOW.also}
    words = LONGER_THAN_WINDOW.decide(1205, 500).detail
    assert words == "an allele of 1,205 bases, 500 at most"
    named = {p for p in PACKAGE.rglob("*.py") if "longer_than_window" in p.read_text()}
    assert named <= {PACKAGE / "variants" / "filters" / name for name in ("scoring.py", "remedies.py")}


def test_bug_outside_transcripts_has_one_spelling() -> None:
    text = "".join(path.read_text() for path in PACKAGE.rglob("*.py")) + SCIENCE
    assert re.findall(r"outside_transcript\b", text) == []
