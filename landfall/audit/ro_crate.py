"""A result as an RO-Crate: ``landfall crate results/<sample> -O <file>.zip``.

It follows the Workflow Run Crate profile (https://w3id.org/ro/wfrun/workflow/0.5): the workflow and the package, the
run as a CreateAction with its settings, inputs and outputs. The patient's files are not copied:
they are identified by their SHA-256 in the form of RFC 6920 (``ni:///sha-256;...``), so that a copy can be
matched to it. Results are copied whole; they hold the patient's variants.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landfall.audit import provenance
from landfall.io import atomic, digests
from landfall.io.errors import UserError

if TYPE_CHECKING:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate


ROOT = Path(__file__).resolve().parents[2]
SNAKEFILE = Path("workflow", "Snakefile")
SOURCES = ("workflow", "landfall", "envs")
"""Folders of the project that a run depends on."""
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
VERSION = "1.1"
"""Version of RO-Crate that the profiles extend."""
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
PAGES = {
    "python": "https://www.python.org/",
    "bcftools": "https://www.htslib.org/#bcftools",
    "htslib": "https://www.htslib.org/#htslib",
    "landfall": "#landfall",
}
"""Addresses of software that is not on the package index."""
MIT = "https://spdx.org/licenses/MIT"
FORMATS = {".html": "text/html", ".json": "application/json", ".tsv": "text/tab-separated-values"}


class CrateError(UserError):
    """Results that cannot be packed as a crate."""


def write(results: Path, output: Path) -> None:
    """The results of a sample as a zipped crate, under a temporary name first.

    Raises CrateError if it is not the folder of a finished run or lacks a file that the run recorded, the workflow is
    not beside the package, or ``output`` lies in no folder or cannot be written.
    """
    if not (ROOT / SNAKEFILE).is_file():
        raise CrateError(
            f"{ROOT / SNAKEFILE}: no such file; run this command in the clone, which has the workflow"
        )
    path = results / "provenance.json"
    if not path.is_file():
        raise CrateError(f"{path}: no such file; give the folder of a finished run, results/<sample>")
    if output.is_dir() or not output.parent.is_dir():
        what = "is a folder" if output.is_dir() else f"no such folder: {output.parent}"
        raise CrateError(f"{output}: {what}; give the name of a file in an existing folder")
    try:
        record = provenance.read_record(path)
    except provenance.RecordError as error:
        raise CrateError(str(error)) from error
    if missing := [
        file["name"] for file in record.get("results", ()) if not (results / file["name"]).is_file()
    ]:
        what = f"{', '.join(missing)}, recorded in {path.name}, no longer exist{'s' * (len(missing) == 1)}"
        raise CrateError(f"{results}: {what}; restore the result, or run the workflow again")
    crate = build(results, record)
    try:
        with atomic.written(output) as scratch:
            crate.write_zip(scratch)
    except OSError as error:
        raise CrateError(f"{output}: cannot be written: {error.strerror or error}") from error


def build(results: Path, record: Mapping[str, Any]) -> ROCrate:
    """The crate of a finished run. record: its provenance.json."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    crate.metadata.extra_contexts.append(TERMS)
    sample = record["sample"]
    crate.name = f"landfall: {sample}"
    crate.description = (
        f"Prioritised variants of {sample}: a run of landfall {record['version']}, hypotheses for research"
    )
    crate.license = (
        f"Results about a patient: to be shared only as consent and law allow. landfall itself: {MIT}"
    )
    crate.datePublished = _time(record)
    crate.root_dataset["conformsTo"] = [
        crate.add(_entity(crate, url, "CreativeWork", name=name, version=url.rsplit("/", 1)[1]))
        for url, name in PROFILES.items()
    ]
    workflow = _workflow(crate, record)
    action = crate.add_action(
        workflow,
        identifier=f"#run-{digests.digest_of(record)[:12]}",
        object=[*_inputs(crate, record), *_settings(crate, record)],
        result=_results(crate, results),
        properties={
            "name": f"landfall on {sample}",
            "description": f"Started by: {record.get('command') or 'a command that was not recorded'}",
            "endTime": _time(record),
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    crate.root_dataset.append_to("mentions", action)
    return crate


def _time(record: Mapping[str, Any]) -> str:
    """Date and time of the record of the run, as ISO 8601."""
    return datetime.strptime(record["created"], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC).isoformat()


def _entity(crate: ROCrate, identifier: str, kind: str | list[str], **properties: Any) -> ContextEntity:
    from rocrate.model.contextentity import ContextEntity

    return ContextEntity(crate, identifier, properties={"@type": kind, **properties})


def _workflow(crate: ROCrate, record: Mapping[str, Any]) -> Any:
    """The Snakefile with the files that it includes, the software and the models of the run."""
    workflow = crate.add_workflow(ROOT / SNAKEFILE, SNAKEFILE, main=True, lang="snakemake")
    workflow["name"] = "landfall"
    workflow["version"] = record["version"]
    workflow["license"] = MIT
    workflow["url"] = workflow["programmingLanguage"]["url"]
    parts = [crate.add_file(file, file.relative_to(ROOT)) for file in _sources()]
    software = [_software(crate, name, version) for name, version in sorted(record["software"].items())]
    models = [_model(crate, model) for model in record["models"]]
    workflow["hasPart"] = parts
    workflow["softwareRequirements"] = [*software, *models]
    return workflow


def _software(crate: ROCrate, name: str, version: str) -> ContextEntity:
    page = PAGES.get(name, f"https://pypi.org/project/{name}/{version}/")
    return crate.add(_entity(crate, page, "SoftwareApplication", name=name, version=version, url=page))


def _sources() -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            compiled = "__pycache__" in path.parts or path.suffix == ".so"
            if path.is_file() and not compiled and path != ROOT / SNAKEFILE:
                yield path


def _model(crate: ROCrate, model: Mapping[str, Any]) -> ContextEntity:
    """A model with licence, citation and weights, and on which device and at which precision it ran."""
    weights = [
        crate.add(
            _entity(
                crate, content_name(file["sha256"]), "CreativeWork", name=file["name"], sha256=file["sha256"]
            )
        )
        for file in model["weights"]
    ]
    licence = model["licence"]
    terms = crate.add(
        _entity(crate, licence["url"], "CreativeWork", name=licence["name"], description=licence["note"])
    )
    return crate.add(
        _entity(
            crate,
            f"#model-{model['name']}",
            "SoftwareApplication",
            name=model["title"],
            softwareVersion=model["version"],
            url=licence["url"],
            license=terms,
            citation=model["citation"],
            description=f"run on {model['device']}, {model['precision']}; code {model['code']}",
            softwareRequirements=weights,
        )
    )


def _inputs(crate: ROCrate, record: Mapping[str, Any]) -> Iterator[ContextEntity]:
    """Input files, identified by content, with their names in the run."""
    for file in record["inputs"]:
        yield crate.add(
            _entity(
                crate,
                content_name(file["sha256"]),
                "CreativeWork",
                name=Path(file["name"]).name,
                description=f"{file['role']}; not part of this crate",
                contentSize=str(file["bytes"]),
                sha256=file["sha256"],
            )
        )


def content_name(sha256: str) -> str:
    """The identifier of a content by its SHA-256 (RFC 6920)."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"


def _settings(crate: ROCrate, record: Mapping[str, Any]) -> Iterator[ContextEntity]:
    """The top-level settings of the configuration, every default filled in, as values of properties."""
    for name, value in sorted(record["settings"].items()):
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        yield crate.add(_entity(crate, f"#setting-{name}", "PropertyValue", name=name, value=text))


def _results(crate: ROCrate, results: Path) -> list[Any]:
    found = []
    for path in sorted(results.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            properties = {
                "name": path.name,
                "encodingFormat": FORMATS.get(path.suffix, "application/octet-stream"),
                "contentSize": str(path.stat().st_size),
                "sha256": str(provenance.file_record("", path)["sha256"]),
            }
            found.append(
                crate.add_file(path, Path("results") / path.relative_to(results), properties=properties)
            )
    return found
