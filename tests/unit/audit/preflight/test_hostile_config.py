"""Hostile configurations are refused by line, in bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from landfall.audit.preflight import run
from landfall.io import errors
from tests.unit.audit.preflight.input_case import case, quick  # noqa: F401 (case: a fixture)

pytestmark = pytest.mark.usefixtures("case")

CONFIG_FAULTS: dict[str, tuple[str, str]] = {
    "not a number": (
        "filter: {min_depth: .nan}",
        "line 1: filter.min_depth: expected a whole number, found NaN",
    ),
    "no number for a share": (
        "prioritise:\n  flag_delta: .NaN",
        "line 2: prioritise.flag_delta: expected a number, found NaN",
    ),
    "infinity": (
        "prioritise: {flag_delta: .inf}",
        "line 1: prioritise.flag_delta: expected a number, found Infinity",
    ),
    "minus infinity": (
        "filter: {min_genotype_quality: -.inf}",
        "line 1: filter.min_genotype_quality: expected a number",
    ),
    "too large for a number": (
        "filter: {min_genotype_quality: 1.0e+400}",
        "line 1: filter.min_genotype_quality: expected",
    ),
    "a number that is none in a list": (
        "filter:\n  het_allele_balance: [.nan, 0.8]",
        "line 2: filter.het_allele_balance[0]",
    ),
    "forty digits": (
        "filter: {min_depth: 1" + "0" * 40 + "}",
        "line 1: filter.min_depth: expected a whole number",
    ),
    "five thousand digits": (
        "filter:\n  min_depth: " + "1" * 5000,
        "line 2: holds a value of more than 4200 characters",
    ),
    "a truth value as a number": (
        "filter: {min_depth: true}",
        "line 1: filter.min_depth: expected a whole number",
    ),
    "a number as a key": ("filter:\n  5: 3", "line 2: filter.5: unknown key"),
    "a number as a section": ("5: 3", "line 1: 5: unknown key"),
    "a fraction as a key": ("filter:\n  1.5: 3", "line 2: filter.1.5: unknown key"),
    "a truth value as a key": ("yes: 1", "line 1: True: unknown key"),
    "nothing as a key": ("filter:\n  ~: 3", "line 2: filter.None: unknown key"),
    "a date as a key": ("filter:\n  2020-01-01: 3", "line 2: filter.2020-01-01: unknown key"),
    "a list as a key": ("? [a, b]\n: 3", "line 1: not valid YAML: found unhashable key"),
    "nested lists": ("a:\n  " + "[" * 10000 + "]" * 10000, "line 2: nested more than 20 deep"),
    "nested sections": ("a: " + "{a: " * 5000 + "1" + "}" * 5000, "line 1: nested more than 20 deep"),
    "a list that holds itself": ("a: &a [*a]", "line 1: the alias *a is not read; write the value out"),
    "merged sections": ("x: &x {a: 1}\nfilter:\n  <<: *x", "line 3: the alias *x is not read"),
    "a key given twice": ("filter: {}\nfilter: {}", "line 2: filter: repeated, first in line 1"),
    "a tab": ("filter:\n\tmin_depth: 3", "line 2: not valid YAML: found character '\\t'"),
    "a day that is none": (
        "filter: {min_depth: 2020-13-45}",
        "holds a value that cannot be read: month must be",
    ),
    "an object of Python": ("a: !!python/object:os.system x", "line 1: not valid YAML"),
    "a NUL byte": ("a: \0", "line 1: holds a NUL byte"),
    "entries of lists that are none": (
        "models: [5, null, {}, [], .nan]",
        "line 1: models[4]: expected settings",
    ),
}


@pytest.mark.parametrize(("text", "words"), CONFIG_FAULTS.values(), ids=CONFIG_FAULTS)
def test_a_hostile_configuration_is_refused_by_line(text: str, words: str) -> None:
    Path("config.yaml").write_text(text + "\n")
    assert any(fault.startswith(f"config.yaml: {words}") for fault in quick()), quick()


def test_aliases_of_aliases_are_refused_at_once_also_as_snakemake_hands_them_over() -> None:
    laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    laughs += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
        for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
    ]
    Path("config.yaml").write_text("\n".join(laughs))
    value: object = ["x"] * 9
    for _ in laughs:
        value = [value] * 9
    started = time.monotonic()
    for source, files in (("config.yaml", ()), ({"a": value}, ("config.yaml",))):
        with pytest.raises(errors.InputError) as caught:
            run.load(source, files)  # type: ignore[arg-type]
        (fault,) = map(str, caught.value.faults)
        assert fault == "config.yaml: line 2: the alias *a is not read; write the value out"
    assert time.monotonic() - started < 5
