"""The command line: what its help says, and what becomes of a fault."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import landfall
from landfall.cli import main as command
from landfall.io.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
NAMES = [verb.__name__.rsplit(".", 1)[1] for verb in command.VERBS]


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--version") == f"landfall {landfall.__version__}\n"


def test_the_help_names_every_verb_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--help").splitlines()
    for name in NAMES:
        assert any(line.split()[:1] == [name] and len(line.split()) > 3 for line in lines), name


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_verb_tells_its_exit_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, name, "--help")
    assert text.startswith(f"usage: landfall {name}")
    assert "Exit code: 0" in text


@pytest.mark.parametrize(("name", "code"), [("why", 2), ("verify", 2), ("crate", 2)])
def test_a_fault_of_the_user_is_one_message(
    name: str, code: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    more = {"why": ["chr1:1A>T"], "verify": [], "crate": ["-O", str(tmp_path / "out.zip")]}[name]
    assert command.main([name, str(tmp_path), *more]) == code
    (message,) = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert str(tmp_path) in message


def test_every_verb_ends_a_fault_with_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise UserError("what is wrong")

    given = command.parser().parse_args(["splice", "-R", "x", "-A", "grch38"])
    monkeypatch.setattr(given, "run", fail)
    monkeypatch.setattr(command, "parser", lambda: type("Parser", (), {"parse_args": lambda *_: given})())
    assert command.main([]) == 1


def test_the_console_script_and_the_module_are_the_same_command() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, name = scripts["landfall"].split(":")
    assert getattr(importlib.import_module(module), name) is command.main
    run = subprocess.run(
        [sys.executable, "-m", "landfall", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == f"landfall {landfall.__version__}\n"
