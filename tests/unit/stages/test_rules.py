"""The rules name the files that their stages take, and every stage has a rule."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import pytest

from landfall.stages import results, sections

WORKFLOW = Path(__file__).resolve().parents[3] / "workflow"


@dataclass(frozen=True)
class Rule:
    """A rule as it stands in its file: blocks of lines by keyword."""

    name: str
    file: Path
    stage: str
    blocks: dict[str, str]

    def names(self, keyword: str) -> set[str]:
        """Names of the files of a block."""
        block = self.blocks.get(keyword, "")
        if named := re.search(r"\*\*results_of\(\"([\w.]+)\"\)", block):
            return {result.output for result in results.of_stage(named[1])}
        return set(re.findall(r"^        (\w+)=", block, flags=re.MULTILINE))


def rules() -> Iterator[Rule]:
    """Every rule of the workflow that runs a stage; one that changes another's files has the stage of that one."""
    texts = {
        found[2] or found[1]: (path, found[1], text)
        for path in sorted(WORKFLOW.rglob("*.smk"))
        for text in re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.MULTILINE)[1:]
        if (found := re.match(r"(?:use )?rule (\w+)(?: as (\w+) with)?:", text))
    }
    for name, (path, base, text) in texts.items():
        stage = re.search(r"(?:\*\*stage\(\s*|stage=)\"([\w.]+)\"", texts[base][2])
        blocks = dict(re.findall(r"^    (\w+):\n((?:        .*\n)*)", text, flags=re.MULTILINE))
        if stage:
            yield Rule(name, path, stage[1], blocks)


RULES = sorted(rules(), key=lambda rule: rule.name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_names_the_files_of_its_stage(rule: Rule) -> None:
    module = importlib.import_module(f"landfall.stages.{rule.stage}")
    for keyword, kind in (("input", module.Inputs), ("output", module.Outputs)):
        known = {field.name for field in fields(kind)}
        needed = {field.name for field in fields(kind) if field.default is MISSING}
        assert needed <= rule.names(keyword) <= known, keyword


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_resources_of_the_configuration(rule: Rule) -> None:
    """Those of its base if it changes another rule's files."""
    text = rule.file.read_text()
    based = re.search(rf"use rule (\w+) as {rule.name} with", text)
    base = next(one for one in RULES if one.name == based[1]) if based else rule
    if rule.file.parent != WORKFLOW:
        assert {"OTHER", "gpu"} & set(re.findall(r"\w+", base.blocks.get("resources", "")))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_stage_lies_in_the_folder_of_its_rule(rule: Rule) -> None:
    if rule.file.parent != WORKFLOW:
        assert rule.file.parent.name == rule.stage.split(".")[0]


def test_every_stage_has_a_rule() -> None:
    stages = {
        ".".join(path.relative_to(sections.STAGES).with_suffix("").parts)
        for path in sections.STAGES.glob("*/*.py")
        if "SECTIONS = " in path.read_text()
    }
    assert stages == {rule.stage for rule in RULES}
    assert len(RULES) > len(stages)


def test_every_file_of_rules_is_part_of_the_workflow() -> None:
    included = {
        (path.parent / name).resolve()
        for path in (WORKFLOW / "Snakefile", WORKFLOW / "resources.smk")
        for name in re.findall(r"include: \"([^\"]+)\"", path.read_text())
    }
    assert included == set((WORKFLOW / "rules").rglob("*.smk"))
