"""The lines of a run: one per stage and sample, those of failed jobs, and the finding of each sample at the end."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from landfall.stages import terminal
from landfall.stages.terminal import Failure, JobName, Terminal

WORKFLOW = Path(__file__).resolve().parents[3] / "workflow"


def record(event: str | None, words: str = "", level: int = logging.INFO, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("snakemake.logging", level, "", 0, words, (), None)
    vars(made).update(fields | ({"event": event} if event else {}))
    return made


class Screen:
    """A terminal of a run, with what it has printed."""

    def __init__(self, *, show: bool = True, dry: bool = False, jobs: Sequence[JobName] = ()) -> None:
        self.stream, self.finished = io.StringIO(), 0
        self.terminal = Terminal(self.stream, show=show, dry=dry, finish=self._finish)
        if jobs:
            self.terminal.emit(record("workflow_started", "Workflow has started!"))
            self.terminal.plan(jobs)
        for number, job in enumerate(jobs):
            wildcards = {"sample": job.sample, "model": job.model}
            given = {name: value for name, value in wildcards.items() if value}
            self.terminal.emit(record("job_info", jobid=number, rule_name=job.rule, wildcards=given))

    def _finish(self, _: Terminal) -> None:
        self.finished += 1

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()

    def finish(self, number: int) -> None:
        self.terminal.emit(record("job_finished", job_id=number))


ONE, SCORES = JobName("filter", "one"), JobName("score", "one", "spliceai")


def test_a_stage_of_a_sample_has_one_line_when_its_last_job_is_done() -> None:
    screen = Screen(jobs=[ONE, SCORES, SCORES, JobName("report", "longer")])
    assert screen.lines == ["4 jobs of 2 samples"]
    for number in range(3):
        screen.finish(number)
    clock = r"\d\d:\d\d:\d\d"
    assert [bool(re.match(clock, line)) for line in screen.lines[1:]] == [True, True]
    assert re.sub(clock, "", screen.lines[1]) == "  1/4  one     variant filters"
    assert "3/4  one     splice scores, spliceai; about " in screen.lines[2]


def test_what_snakemake_prints_for_each_job_is_left_out() -> None:
    screen = Screen(jobs=[ONE])
    screen.terminal.emit(record(None, f"{terminal.LOOK_ABOVE}. Look above", logging.ERROR))
    for event in ("shellcmd", "progress", "resources_info", "rulegraph", "job_started", None):
        screen.terminal.emit(record(event, "Shell command: None"))
    assert len(screen.lines) == 1


def test_warnings_and_errors_of_snakemake_are_printed_but_not_the_error_of_a_job_twice() -> None:
    screen = Screen(jobs=[ONE])
    screen.terminal.emit(record(None, "renamed key", logging.WARNING))
    screen.terminal.emit(record("error", "a lock", logging.ERROR, exception="LockException"))
    screen.terminal.emit(record("error", "CalledProcessError", logging.ERROR, exception="RuleException"))
    screen.terminal.emit(
        record("error", f"WorkflowError: {terminal.AT_THE_END}.", logging.ERROR, exception="WorkflowError")
    )
    assert screen.lines[1:] == ["renamed key", "a lock"]


def test_a_failed_job_is_printed_with_the_last_message_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "filter.log"
    log.write_text("10:00:00 reading\n10:00:01 one.vcf: is cut short;\n  copy it again\n")
    screen = Screen(jobs=[ONE])
    screen.terminal.emit(
        record("job_error", "", logging.ERROR, jobid=0, rule_name="filter", rule_msg=None, log=[str(log)])
    )
    assert "one: variant filters failed: one.vcf: is cut short;" in screen.lines[1]
    assert screen.lines[2] == f"  copy it again (log: {log})"
    (failure,) = screen.terminal.failures.values()
    assert (failure.job, failure.log) == (ONE, str(log))


def test_a_job_that_succeeds_when_it_is_repeated_is_no_failure() -> None:
    screen = Screen(jobs=[ONE])
    screen.terminal.emit(
        record("job_error", "", logging.ERROR, jobid=0, rule_name="filter", rule_msg=None, log=[])
    )
    screen.finish(0)
    assert not screen.terminal.failures


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it ended without a message, as a job does that is killed or out of memory"),
        (
            "10:00:00 internal error; please report it\nTraceback (most recent call last):\nKeyError: 'x'\n",
            "internal error: KeyError: 'x'",
        ),
        ("no time\n", "no time"),
    ],
)
def test_the_message_of_a_log(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "log").write_text(text)
    assert terminal.message_of(tmp_path / "log") == message


def test_a_log_that_is_not_there_is_a_job_without_a_message(tmp_path: Path) -> None:
    assert terminal.message_of(tmp_path / "none").startswith("it ended without a message")


def test_the_last_lines_name_failures_after_findings(tmp_path: Path) -> None:
    failed = Failure(ONE, "is cut short", "one.log")
    lines = terminal.summary(
        ["one", "not_run"], tmp_path, [failed, Failure(JobName("genes", ""), "none", "")]
    )
    assert lines == [
        "one: variant filters failed: is cut short (log: one.log)",
        "all samples: gene annotation failed: none",
    ]


def test_a_run_without_a_job_ends_with_the_findings_too() -> None:
    screen = Screen()
    screen.terminal.emit(record("workflow_started"))
    screen.terminal.emit(record(None, "Nothing to be done (all requested files are present and up to date)."))
    assert (screen.finished, screen.lines[0][:18]) == (1, terminal.NOTHING)


def test_what_is_printed_without_a_run_stays() -> None:
    screen = Screen()
    screen.terminal.emit(record(None, "Unlocked working directory."))
    screen.terminal.close()
    assert screen.lines == ["Unlocked working directory."]


def test_a_dry_run_prints_the_numbers_of_jobs_once() -> None:
    screen = Screen(dry=True)
    screen.terminal.emit(record("workflow_started"))
    for _ in range(2):
        screen.terminal.emit(record("run_info", "Job stats:\nfilter 1"))
    assert screen.lines == ["Job stats:", "filter 1"]


def settings(**changes: Any) -> SimpleNamespace:
    plain = {"quiet": None, "printshellcmds": False, "verbose": False, "debug_dag": False, "dryrun": False}
    return SimpleNamespace(**plain | changes)


def logger_of_snakemake() -> tuple[logging.Logger, logging.Handler]:
    own = logging.StreamHandler(io.StringIO())
    own.name = "DefaultStreamHandler"
    made = logging.Logger("snakemake.logging")
    made.addHandler(own)
    return made, own


@pytest.mark.parametrize(
    ("changes", "shown", "kept"),
    [
        ({}, True, False),
        ({"printshellcmds": True}, False, True),
        ({"verbose": True}, False, True),
        ({"quiet": {"rules"}}, None, True),
    ],
)
def test_one_option_of_snakemake_gives_its_own_lines(
    changes: dict[str, Any], shown: bool | None, kept: bool
) -> None:
    made, own = logger_of_snakemake()
    found = terminal.install(made, settings(**changes), ["one"], Path("results"))
    assert (found and found.show) == shown
    assert (own in made.handlers) == kept


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3599, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert terminal.in_words(seconds) == words


def test_every_rule_has_a_title() -> None:
    texts = [path.read_text() for path in [WORKFLOW / "Snakefile", *(WORKFLOW / "rules").rglob("*.smk")]]
    rules = {
        found[2] or found[1]
        for text in texts
        for found in re.finditer(r"^(?:use )?rule (\w+)(?: as (\w+) with)?:", text, flags=re.MULTILINE)
    }
    assert rules == set(terminal.TITLES)
