"""What a run of the workflow prints: a line per stage and sample, then the finding of each sample.

It takes the place of Snakemake's own handler of the terminal; Snakemake's log file stays complete. The events and their
fields are those of Snakemake 9 (``snakemake_interface_logger_plugins.common.LogEvent``).
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

TITLES = {
    "all": "",
    "annotate": "annotated VCF",
    "assay": "RT-PCR assays",
    "background": "background variants joined",
    "background_score": "background variants scored",
    "background_windows": "windows of background variants",
    "callset": "call set metrics",
    "changes": "changes since the earlier result",
    "cohort": "page of all samples",
    "consequences": "outcomes on mRNA and protein",
    "digests": "digests of the input",
    "evidence": "draft ACMG criteria",
    "explain": "interpretation by regulatory track models",
    "explained": "interpretations joined",
    "family": "family",
    "filter": "variant filters",
    "genes": "gene annotation",
    "interpret": "interpretation of leading candidates",
    "ledger": "ledger",
    "merge": "splice scores joined",
    "normalise": "normalisation",
    "prioritise": "ranking",
    "provenance": "provenance",
    "refused": "input",
    "regulation": "regulatory summary",
    "report": "report",
    "resolve": "checks of the input",
    "score": "splice scores",
    "tissues": "tissues",
    "track_merge": "comparison with the background",
    "track_model": "weights of regulatory track models",
    "track_placements": "regulatory windows assigned to jobs",
    "track_score": "regulatory scores",
    "track_windows": "regulatory windows",
    "tracks": "regulatory scores joined",
    "weights": "weights",
    "windows": "windows",
}
"""The stage of each rule in words; an empty text is not printed."""
WORK = {"score": 20, "interpret": 20, "track_score": 60, "background_score": 60, "explain": 60}
"""Work of a job beside one of any other rule, for the estimate of the time left."""
SHOWN_FROM = 0.05
"""Share of the work from which the time left is estimated."""
NOTHING = "Nothing to be done"
AT_THE_END = "At least one job did not complete successfully"
LOOK_ABOVE = "Exiting because a job execution failed"
STARTS_RECORD = re.compile(r"\d\d:\d\d:\d\d ")


@dataclass(frozen=True)
class JobName:
    """Rule, sample (empty for a job of all samples) and model (empty without one) of a job."""

    rule: str
    sample: str
    model: str = ""

    @classmethod
    def of(cls, rule: str, wildcards: Mapping[str, str]) -> JobName:
        model = wildcards.get("model") or wildcards.get("track_model") or ""
        return cls(rule, wildcards.get("sample", ""), model)

    def __str__(self) -> str:
        title = TITLES.get(self.rule, self.rule)
        return f"{title}, {self.model}" if self.model else title


@dataclass(frozen=True)
class Failure:
    """A job that failed, its message and the file of its log."""

    job: JobName
    message: str
    log: str

    def __str__(self) -> str:
        return f"{self.job} failed: {self.message}" + (f" (log: {self.log})" if self.log else "")


class Terminal(logging.Handler):
    """Prints the progress of a run, and keeps the jobs that failed.

    stream: of the terminal. show: whether progress is printed, or left to Snakemake. dry: whether it is a dry run.
    finish: prints the findings of the samples, for a run without a job.
    """

    def __init__(self, stream: TextIO, *, show: bool, dry: bool, finish: Callable[[Terminal], None]) -> None:
        super().__init__()
        self.stream, self.show, self.dry, self.finish = stream, show, dry, finish
        self.failures: dict[int, Failure] = {}
        self._begun = time.monotonic()
        self._jobs: dict[int, JobName] = {}
        self._planned: Counter[JobName] = Counter()
        self._done: Counter[JobName] = Counter()
        self._before: list[str] | None = []
        self._printed_plan = False

    def plan(self, jobs: Iterable[JobName]) -> None:
        """The jobs that the run is going to make."""
        self._planned, self._begun = Counter(jobs), time.monotonic()
        samples = {job.sample for job in self._planned} - {""}
        if self.show:
            whose = f" of {len(samples)} sample{'' if len(samples) == 1 else 's'}" if samples else ""
            self.print(f"{self._planned.total()} jobs{whose}")

    def print(self, words: str) -> None:
        print(words, file=self.stream, flush=True)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            event = str(getattr(record, "event", None) or "")
            getattr(self, f"_on_{event}", self._other)(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """What Snakemake printed without a run is printed, such as the answer to ``--unlock``."""
        for words in self._before or ():
            self.print(words)
        self._before = None
        super().close()

    def _on_workflow_started(self, record: logging.LogRecord) -> None:
        self._before = None

    def _on_run_info(self, record: logging.LogRecord) -> None:
        if self.dry and self.show and not self._printed_plan:
            self._printed_plan = True
            self.print(record.getMessage())

    def _on_job_info(self, record: logging.LogRecord) -> None:
        self._jobs[record.jobid] = JobName.of(record.rule_name, record.wildcards)  # type: ignore[attr-defined]

    def _on_job_finished(self, record: logging.LogRecord) -> None:
        number: int = record.job_id  # type: ignore[attr-defined]
        self.failures.pop(number, None)
        job = self._jobs.get(number)
        if job is None:
            return
        self._done[job] += 1
        if self.show and TITLES.get(job.rule, job.rule) and self._done[job] >= self._planned[job]:
            self.print(self._line(job))

    def _line(self, job: JobName) -> str:
        """'10:02:11  12/48  demo  splice scores, spliceai; about 3 min left'."""
        total, done = self._planned.total(), self._done.total()
        widest = max(len(each.sample) for each in (*self._planned, job))
        count = f"{done:>{len(str(total))}}/{total}"
        words = f"{time.strftime('%H:%M:%S')}  {count}  {job.sample:<{widest}}  {job}".rstrip()
        return words + self._left()

    def _left(self) -> str:
        total, done = _work(self._planned), _work(self._done)
        if not total or done >= total or done / total < SHOWN_FROM:
            return ""
        seconds = (time.monotonic() - self._begun) * (total - done) / done
        return f"; about {in_words(seconds)} left"

    def _on_job_error(self, record: logging.LogRecord) -> None:
        number: int = record.jobid  # type: ignore[attr-defined]
        job = self._jobs.get(number) or JobName(record.rule_name, "")  # type: ignore[attr-defined]
        log = str(next(iter(record.log), ""))  # type: ignore[attr-defined]
        words = "; ".join(filter(None, [message_of(Path(log)), record.rule_msg]))  # type: ignore[attr-defined]
        failure = Failure(job, words, log)
        self.failures[number] = failure
        if self.show:
            self.print(f"{time.strftime('%H:%M:%S')}  {job.sample}{': ' if job.sample else ''}{failure}")

    def _on_error(self, record: logging.LogRecord) -> None:
        """Errors of Snakemake; those of jobs are printed with their job."""
        of_job = getattr(record, "exception", "") == "RuleException" or AT_THE_END in record.getMessage()
        if self.show and not of_job:
            self.print(record.getMessage())

    def _other(self, record: logging.LogRecord) -> None:
        if getattr(record, "event", None):  # an event that has no line
            return
        words = record.getMessage()
        if self.show and record.levelno >= logging.WARNING:
            if LOOK_ABOVE not in words:
                self.print(words)
        elif self._before is not None and self.show:
            self._before.append(words)
        elif NOTHING in words:
            self._nothing_to_do(words)

    def _nothing_to_do(self, words: str) -> None:
        if self.show:
            self.print(words)
        if not self.dry:
            self.finish(self)


def _work(jobs: Counter[JobName]) -> int:
    return sum(WORK.get(job.rule, 1) * count for job, count in jobs.items())


def in_words(seconds: float) -> str:
    """'40 s', '3 min', '2 h 5 min'."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def message_of(log: Path) -> str:
    """The last message of the log of a failed job, without its time; of an internal error the exception."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    starts = [number for number, line in enumerate(lines) if STARTS_RECORD.match(line)]
    last = lines[starts[-1] :] if starts else lines
    if not last:
        return "it ended without a message, as a job does that is killed or out of memory"
    if any(line.startswith("Traceback") for line in last):
        return f"internal error: {last[-1]}"
    return "\n".join([STARTS_RECORD.sub("", last[0], count=1), *last[1:]])


def summary(samples: Iterable[str], results: Path, failures: Iterable[Failure]) -> list[str]:
    """The last lines of a run: the finding of each sample with its report, then the jobs that failed."""
    failures = list(failures)
    failed = {failure.job.sample for failure in failures}
    lines = [
        f"{sample}: {finding(results / sample)}\n  {results / sample / 'report.html'}"
        for sample in samples
        if sample not in failed and (results / sample / "report.html").exists()
    ]
    return lines + [f"{failure.job.sample or 'all samples'}: {failure}" for failure in failures]


def finding(folder: Path) -> str:
    """The first finding of a sample in one sentence, and the number of the others."""
    from landfall.io import parquet
    from landfall.ranking.finding.columns import grouped
    from landfall.ranking.tables import PRIORITISED
    from landfall.report.case import finding_words

    rows = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, folder / "prioritised.parquet"))
    groups = grouped([row for row in rows if row["flagged"]])
    if not groups:
        return "no variant is put forward as a finding."
    others = f" {len(groups) - 1} more in the report." if len(groups) > 1 else ""
    return finding_words.headline(groups[0]) + others


def install(logger: logging.Logger, settings: Any, samples: Sequence[str], results: Path) -> Terminal | None:
    """Print the progress of a run in place of Snakemake's lines. None where the user chose another output.

    logger, settings: Snakemake's logger and its settings of the output. ``-p`` or ``--verbose`` leave Snakemake's own
    lines, to which the last lines of the run are added; ``--quiet`` and ``--logger`` leave all as it is.
    """
    own = next((h for h in logger.handlers if getattr(h, "name", "") == "DefaultStreamHandler"), None)
    if settings.quiet or not isinstance(own, logging.StreamHandler):
        return None

    def finish(terminal: Terminal) -> None:
        for line in summary(samples, results, terminal.failures.values()):
            terminal.print(line)

    show = not (settings.printshellcmds or settings.verbose or settings.debug_dag)
    terminal = Terminal(own.stream, show=show, dry=settings.dryrun, finish=finish)
    if show:
        logger.removeHandler(own)
    logger.addHandler(terminal)
    return terminal
