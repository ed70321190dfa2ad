"""``landfall qualify``: reference scores recomputed on this machine.

Known answers (qualify.json): variants of the demonstration's genome, on both strands, substitutions, insertions and
deletions, with the delta scores of each model from a full forward pass over every window. The tests compare that
pass with the original tools; ``python -m benchmarks.known_answers`` makes the file. The scores computed on this
device with these weights have to agree within the tolerance. The outcome is a dated certificate, which reports
show.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landfall.audit import provenance
from landfall.audit.preflight import run
from landfall.audit.rescore import TOLERANCE, Annotated, rescore
from landfall.config.sections import ModelSettings
from landfall.io.digests import sha256
from landfall.io.errors import UserError
from landfall.models.info import WeightsError
from landfall.models.registry import first_of_sites, splice_model, splice_models
from landfall.models.runtime import device as runtime_device
from landfall.models.runtime import record

ANSWERS = Path(__file__).with_name("qualify.json")
DEMO = Path(__file__).resolve().parents[2] / "demo" / "data"
CERTIFICATE = "qualification.json"
"""Name of the certificate in the folder of resources."""

PASSED, FAILED, IMPOSSIBLE = 0, 1, 2


class QualifyError(UserError):
    """Known answers that are not those of this genome, or a model that has none."""


@dataclass(frozen=True)
class Outcome:
    """Result of one model: numbers compared, largest difference (null if it could not run), and words."""

    model: str
    numbers: int
    largest_difference: float | None
    passed: bool
    words: str
    code: str
    weights: Mapping[str, str]


def qualify(names: Sequence[str], resources: Path, device: str, threads: int) -> dict[str, Any]:
    """The certificate of this machine for the models named.

    Raises QualifyError if the known answers do not belong to the demonstration's genome, or a model has none.
    """
    known = json.loads(ANSWERS.read_text())
    fasta, gtf = (_right(DEMO / name, known[name]) for name in ("genome.fa.gz", "genes.gtf.gz"))
    without = [name for name in names if name not in known["answers"]]
    if without:
        raise QualifyError(f"there are no known answers for {', '.join(without)}")
    reference = Annotated(fasta, gtf)
    outcomes = [
        _outcome(name, known["answers"][name], reference, resources, device, threads) for name in names
    ]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{platform.node()}, {platform.machine()}, {platform.system()} {platform.release()}",
        "device": runtime_device.describe_device(runtime_device.choose_device(device, threads)),
        "threads": threads,
        "tolerance": TOLERANCE,
        "known_answers_sha256": hashlib.sha256(ANSWERS.read_bytes()).hexdigest(),
        "software": provenance.versions(),
        "models": [asdict(outcome) for outcome in outcomes],
        "passed": all(outcome.passed for outcome in outcomes),
    }


def _right(path: Path, digest: str) -> Path:
    if not path.is_file() or sha256(path) != digest:
        raise QualifyError(
            f"{path}: not the file of the known answers; run this command in an unchanged clone"
        )
    return path


def _outcome(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    reference: Annotated,
    resources: Path,
    device: str,
    threads: int,
) -> Outcome:
    spec = splice_model(name)
    weights = {file.name: file.sha256 for file in spec.info.weights}
    code = record.model_code(spec)
    try:
        found = rescore(model_settings(name, device, threads), reference, resources / "weights" / name, rows)
    except WeightsError as error:
        return Outcome(name, 0, None, False, str(error), code, weights)
    differences = list(_differences(rows, found))
    largest = max(differences)
    passed = largest <= TOLERANCE
    words = f"{len(differences)} numbers of {len(rows)} variants, largest difference {largest:.1e}"
    return Outcome(name, len(differences), largest, passed, words, code, weights)


def model_settings(name: str, device: str = "cpu", threads: int = 1) -> ModelSettings:
    """A model with the default settings of the configuration."""
    config = {
        "samples": "none",
        "genome": {"build": "synthetic", "fasta": "none", "annotation": "none"},
        "models": [
            {"name": first, "device": device, "threads": threads}
            for first in dict.fromkeys((first_of_sites().name, name))
        ],
        "licences": {"accepted": list(splice_models())},
    }
    return run.parse(config).model(name)


def _differences(
    rows: Sequence[Mapping[str, Any]], found: Mapping[Any, Mapping[str, Any]]
) -> Iterator[float]:
    for row in rows:
        key = tuple(row[name] for name in ("chrom", "pos", "ref", "alt", "gene", "transcript"))
        for column, value in row["scores"].items():
            difference = abs(found.get(key, {}).get(column, float("inf")) - value)
            yield difference if difference == difference else float("inf")


def text(certificate: Mapping[str, Any]) -> Iterable[str]:
    """The certificate in lines."""
    yield f"{certificate['date']}, {certificate['machine']}, {certificate['device']}"
    for outcome in certificate["models"]:
        title = splice_model(outcome["model"]).info.title
        yield f"{'passed' if outcome['passed'] else 'FAILED'}  {title}: {outcome['words']}"
    yield "qualified" if certificate["passed"] else "NOT qualified: do not use this machine for these models"
