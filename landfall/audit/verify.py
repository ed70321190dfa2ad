"""``landfall verify results/<sample>``: a result compared with its provenance, and in part recomputed.

Six items are compared with the record of the run: the files that were read, the weights, the files of the results, the
number of alleles by status, the text table beside the Parquet one, and a seeded sample of scored rows, recomputed
from sequence and weights, those of networks of regulatory tracks by :mod:`landfall.audit.verify_tracks`. The findings
are printed line by line; nothing in the results is changed.
"""

from __future__ import annotations

import logging
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall.audit import provenance, verify_tracks
from landfall.audit.finding import Finding
from landfall.audit.preflight import run
from landfall.audit.rescore import TOLERANCE, Annotated, rescore
from landfall.config.sections import Settings
from landfall.genome.annotation.reader import AnnotationError
from landfall.genome.variant import Key, Row, key_of
from landfall.io import parquet
from landfall.io.digests import sha256
from landfall.io.errors import UserError
from landfall.io.parquet import DamagedTableError
from landfall.io.text import write_tsv
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model, splice_models
from landfall.models.runtime import record as runtime_record
from landfall.models.weights import integrity
from landfall.models.weights.integrity import check_weights
from landfall.ranking.tables import PRIORITISED
from landfall.variants.tables import LEDGER

log = logging.getLogger(__name__)


LEAST_SCORE = 0.005
"""Positions are compared where their score is at least this: below it they depend on rounding."""
AGREES, DIFFERS = 0, 1


class VerifyError(UserError):
    """Results that cannot be verified at all."""


def verify(
    results: Path, rows: int = 20, seed: int = 0, device: str = "auto", threads: int = 1
) -> Iterator[Finding]:
    """The findings on the results of a sample, one by one.

    rows: number of scored rows to recompute, at least 1: the first and others drawn with ``seed``. Paths of the
    record are relative to the working directory, as in the run. Raises VerifyError if there are no
    results to verify.
    """
    record, used = _record(results)
    yield from _files(record)
    yield from _weights(record, used)
    yield from _results(record, results)
    yield from _readable("ledger", _counts(record, results))
    yield from _readable("prioritised.tsv", _text(results))
    reference, run_on = (
        Annotated(used.genome.fasta, used.genome.annotation, used.genome.mane),
        (device, threads),
    )
    yield from _readable("scores", _scores(record, used, results, rows, seed, run_on, reference))
    tracks = verify_tracks.verify(record, used, results, reference, rows, seed, run_on)
    yield from _readable("tracks", tracks)


def _readable(what: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings, and one more if the data behind them is damaged, altered or missing."""
    try:
        yield from findings
    except (AnnotationError, DamagedTableError, parquet.TableError, OSError, KeyError) as error:
        yield Finding(what, False, f"cannot be compared with the record: {' '.join(str(error).split())}")


def _record(results: Path) -> tuple[dict[str, Any], Settings]:
    path = results / "provenance.json"
    if not path.is_file():
        raise VerifyError(f"{path}: no such file; give the folder of a finished run, results/<sample>")
    try:
        record = provenance.read_record(path)
    except provenance.RecordError as error:
        raise VerifyError(str(error)) from error
    return record, run.parse(record["settings"])


def _files(record: Mapping[str, Any]) -> Iterator[Finding]:
    for file in record["inputs"]:
        path, what = Path(file["name"]), f"input {file['role']}, {file['name']}"
        if not path.is_file():
            yield Finding(what, False, "no longer exists")
        elif sha256(path) != file["sha256"]:
            yield Finding(what, False, "has changed since the run")
        else:
            yield Finding(what, True, "unchanged since the run")


def _results(record: Mapping[str, Any], results: Path) -> Iterator[Finding]:
    """One finding for all files that are as written, one for each that is not."""
    written = record.get("results", ())
    wrong = {file["name"]: words for file in written if (words := _rewritten(results / file["name"], file))}
    yield from (Finding(name, False, words) for name, words in wrong.items())
    if same := len(written) - len(wrong):
        yield Finding("results", True, f"{same} files are unchanged since the run")


def _rewritten(path: Path, file: Mapping[str, Any]) -> str:
    """The fault of a file of the results; empty if there is none."""
    if not path.is_file():
        return "no longer exists"
    return "" if sha256(path) == file["sha256"] else "has changed since the run"


def _weights(record: Mapping[str, Any], used: Settings) -> Iterator[Finding]:
    for model in record["models"]:
        recorded = {file["name"]: file["sha256"] for file in model["weights"]}
        known = _published if model["name"] in splice_models() else _of_the_user
        try:
            same = recorded == known(model["name"], used)
            words = "are those of the run" if same else "differ from those of the run"
        except WeightsError as error:
            same, words = False, str(error)
        yield Finding(f"weights of {model['title']}", same, words)


def _published(name: str, used: Settings) -> dict[str, str]:
    """File to SHA-256 of a splice model's weights, in the folder of resources. Raises WeightsError."""
    info = splice_model(name).info
    check_weights(info, used.weights(name))
    return {file.name: file.sha256 for file in info.weights}


def _of_the_user(name: str, used: Settings) -> dict[str, str]:
    """The same of a network of regulatory tracks, from the path of the configuration. Raises WeightsError."""
    path = used.regulation.model(name).weights
    return {path.name: integrity.digest(path)}


def _of_splicing(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The records of the splice models, without those of regulatory track models."""
    return [model for model in record["models"] if model["name"] in splice_models()]


def _counts(record: Mapping[str, Any], results: Path) -> Iterator[Finding]:
    ledger = parquet.read(LEDGER, results / "ledger.parquet", ["status", "stage", "rule"])
    found = Counter("/".join(key) for key in zip(*(c.to_pylist() for c in ledger.columns), strict=True))
    total = sum(record["counts"].values())
    same = dict(found) == record["counts"]
    words = (
        f"{total:,} alleles by status and rule, as recorded" if same else "differ from the recorded numbers"
    )
    yield Finding("ledger", same, words)


def _text(results: Path) -> Iterator[Finding]:
    parquet.read(PRIORITISED, results / "prioritised.parquet", older=True)
    table = parquet.as_written(results / "prioritised.parquet")
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch) / "prioritised.tsv"
        write_tsv(table, again)
        same = again.read_bytes() == (results / "prioritised.tsv").read_bytes()
    words = "agrees with prioritised.parquet" if same else "differs from prioritised.parquet"
    yield Finding("prioritised.tsv", same, words)


def _scores(
    record: Mapping[str, Any],
    used: Settings,
    results: Path,
    count: int,
    seed: int,
    run_on: tuple[str, int],
    reference: Annotated,
) -> Iterator[Finding]:
    everything = parquet.read(PRIORITISED, results / "prioritised.parquet", older=True).to_pylist()
    scored = [row for row in everything if row["status"] == "scored"]
    leading, others = scored[:1], scored[1:]
    drawn = leading + random.Random(seed).sample(others, min(count - len(leading), len(others)))
    log.info("%d of %d scored rows are recomputed", len(drawn), len(scored))
    for model in _of_splicing(record):
        chosen = used.model(model["name"]).changed(device=run_on[0], threads=run_on[1])
        try:
            again = rescore(chosen, reference, used.weights(chosen.name), drawn)
        except WeightsError:
            continue  # reported with the weights
        yield _compared(model, drawn, again)


def _compared(model: Mapping[str, Any], drawn: Sequence[Row], again: Mapping[Key, Row]) -> Finding:
    worst, faults, numbers = 0.0, [], 0
    for row in drawn:
        for column, value in again.get(key_of(row), {}).items():
            if column not in PRIORITISED.names or not column.startswith(f"{model['name']}_"):
                continue
            numbers += 1
            worst = max(worst, 0.0 if "_dp_" in column else _distance(row[column], value))
            if not _agree(column, row, value):
                faults.append(f"{_words(row)} {column}: {row[column]} in the table, {value:.6g} computed")
    what = f"scores of {model['title']}"
    if faults:
        return Finding(what, False, "; ".join(faults))
    code = runtime_record.model_code(splice_model(model["name"]))
    since = "" if code == model["code"] else " (by other code than that of the run)"
    words = f"{numbers} numbers of {len(drawn)} rows are reproduced{since}, largest difference {worst:.1e}"
    return Finding(what, True, words)


def _agree(column: str, row: Row, value: float) -> bool:
    if "_dp_" in column:
        score = row[column.replace("_dp_", "_ds_")]
        return (score or 0.0) < LEAST_SCORE or row[column] == value
    return _distance(row[column], value) <= TOLERANCE


def _distance(stored: float | None, value: float) -> float:
    return float("inf") if stored is None else abs(stored - value)


def _words(row: Row) -> str:
    return f"{row['chrom']}:{row['pos']}{row['ref']}>{row['alt']} in {row['gene']}"


def text(findings: Iterator[Finding], write: Callable[[str], None]) -> int:
    """Print the findings as they are made; AGREES if all agree, else DIFFERS."""
    code = AGREES
    for finding in findings:
        write(f"{'ok     ' if finding.holds else 'DIFFERS'}  {finding.what}: {finding.words}")
        code = code if finding.holds else DIFFERS
    return code
