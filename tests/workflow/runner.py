"""Runs the workflow as a user would, in a folder of its own: nothing of the project's own results is touched."""

from __future__ import annotations

import copy
import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from landfall.stages import results
from tests.workflow import environments

REPO = Path(__file__).resolve().parents[2]
SHEET = ("sample", "vcf", "vcf_sample", "ped", "hpo", "genes", "regions", "previous")
CONTRACT = tuple(result.file for result in results.of_run(networks=False))
PROBAND = REPO / "demo" / "data" / "proband.vcf.gz"
DYSF_ALONE = {"sample": "demo", "vcf": str(PROBAND), "vcf_sample": "PROBAND", "genes": "DYSF"}
"""The demo's patient with one candidate gene: seconds of scoring, the same answer."""


@dataclass(frozen=True)
class Run:
    """What a finished run left: its folder, exit status and everything it said."""

    folder: Path
    status: int
    output: str

    def result(self, name: str, sample: str = "demo") -> Path:
        return self.folder / "results" / sample / name

    def table(self, name: str, sample: str = "demo") -> pd.DataFrame:
        return pd.read_parquet(self.result(f"{name}.parquet", sample))

    def all_jobs(self) -> Counter[str]:
        """The jobs of the folder's last run, by rule, as Snakemake's own log has them."""
        return Counter(rule for rule, _ in self._jobs())

    def jobs(self, sample: str) -> Counter[str]:
        """Those of one sample."""
        return Counter(rule for rule, of in self._jobs() if of == sample)

    def _jobs(self) -> list[tuple[str, str]]:
        """Rule and sample, empty for a job of all samples."""
        log = max((self.folder / ".snakemake" / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        blocks = re.findall(r"^(?:local)?rule (\w+):\n((?: +.*\n)*)", log.read_text(), flags=re.MULTILINE)
        samples = [re.search(r"wildcards: .*?\bsample=([\w.-]+)", text) for _, text in blocks]
        return [(rule, found[1] if found else "") for (rule, _), found in zip(blocks, samples, strict=True)]

    def under_final_names(self) -> list[Path]:
        """Every result there is, whole or not."""
        return [path for path in (self.folder / "results").rglob("*") if path.is_file()]


def demo_config() -> dict[str, Any]:
    """The demo's settings; inputs and weights those of the project, all else below the folder of the run."""
    config: dict[str, Any] = yaml.safe_load((REPO / "config" / "config.yaml").read_text())
    config |= {"samples": "samples.tsv", "resources": str(REPO / "resources")}
    for name in ("fasta", "annotation"):
        config["genome"][name] = str(REPO / config["genome"][name])
    frequency = config["filter"]["frequency"]
    frequency["population_vcf"] = str(REPO / frequency["population_vcf"])
    return config


QUICK = {"flank": 2, "compare_reference": False, "antisense": {"step": 20}, "haplotype_flank": 300}


def quick_config() -> dict[str, Any]:
    """The demo's settings with an interpretation that takes seconds."""
    return merged(demo_config(), {"interpretation": QUICK})


def demo_row() -> dict[str, str]:
    """The demo's row of the sample sheet, its paths absolute."""
    with (REPO / "config" / "samples.tsv").open() as handle:
        (row,) = csv.DictReader(handle, delimiter="\t")
    return row | {name: str(REPO / row[name]) for name in ("vcf", "ped")}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dictionaries merged, everything else replaced."""
    made = dict(copy.deepcopy(base))
    for key, value in changes.items():
        both = isinstance(value, Mapping) and isinstance(made.get(key), Mapping)
        made[key] = merged(made[key], value) if both else value
    return made


def model(**changes: Any) -> list[dict[str, Any]]:
    """The default list of models with something changed."""
    return [{"name": "spliceai"} | changes]


def prepare(folder: Path, config: Mapping[str, Any], *rows: Mapping[str, str]) -> Path:
    """Write configuration and sample sheet of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "my.yaml").write_text(yaml.safe_dump(dict(config), sort_keys=False))
    lines = [SHEET, *([row.get(name, "") for name in SHEET] for row in rows)]
    (folder / "samples.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    return folder


def command(folder: Path, *arguments: str) -> list[str]:
    """Absolute paths, so that it may be started anywhere; --directory, so that no lock is shared."""
    head = [sys.executable, "-m", "snakemake", "--snakefile", str(REPO / "Snakefile"), "--cores", "2"]
    return [*head, "--directory", str(folder), "--configfile", str(folder / "my.yaml"), *arguments]


def snakemake(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Run:
    """Run it to its end, however it ends; each job finds the packages of its own conda environment alone."""
    done = subprocess.run(
        command(folder, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environments.variables(), **(env or {})},
        cwd=cwd or folder,
        check=False,
        timeout=1200,
    )
    return Run(folder, done.returncode, done.stdout)


@contextmanager
def running(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The workflow, started, in a process group of its own; what it says goes to first.log. It is killed at the end."""
    with (folder / "first.log").open("wb") as log:
        process = subprocess.Popen(
            command(folder, *arguments),
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(ready: Callable[[], Any], run: subprocess.Popen[bytes] | None = None, log: Path = Path()) -> Any:
    """What ``ready`` gives as soon as that is true; fails after ten minutes, or if a run ends before."""
    until = time.monotonic() + 600
    while not (found := ready()):
        over = time.monotonic() > until or (run is not None and run.poll() is not None)
        assert not over, log.read_text()[-6000:] if log.is_file() else "ten minutes are over"
        time.sleep(0.05)
    return found


def finished(folder: Path, *arguments: str) -> Run:
    """Run it, and insist that it succeeds."""
    run = snakemake(folder, *arguments)
    assert run.status == 0, run.output[-6000:]
    return run


def resources_of(output: str, rule: str) -> dict[str, str]:
    """The resources of the first planned job of a rule."""
    found = re.search(
        rf"^(?:local)?rule {rule}:\n(?:    .*\n)*?    resources: (.*)$", output, flags=re.MULTILINE
    )
    assert found, output[-3000:]
    return dict(one.split("=", 1) for one in found[1].split(", "))


def run_demo_gene(folder: Path, changes: Mapping[str, Any], *arguments: str) -> Run:
    """The demo's patient with DYSF alone, some settings changed."""
    return finished(prepare(folder, merged(quick_config(), changes), DYSF_ALONE), *arguments)


def same_bytes(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def assert_same_results(one: Run, other: Run) -> None:
    """Byte for byte; the record and the report hold the time of the run."""
    names = [
        {path.relative_to(run.folder) for path in run.under_final_names() if path.name[0] != "."}
        for run in (one, other)
    ]
    assert names[0] == names[1]
    for name in sorted(names[0]):
        if name.name not in ("provenance.json", "report.html"):
            assert same_bytes(one.folder / name, other.folder / name), name


def write_vcf(path: Path, header: Sequence[str], records: Sequence[Sequence[object]]) -> Path:
    """A plain VCF of header lines and rows of columns."""
    body = ["\t".join(map(str, record)) for record in records]
    path.write_text("".join(f"{line}\n" for line in [*header, *body]))
    return path
