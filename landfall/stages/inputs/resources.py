"""Public resources: downloaded with resumption, verified, prepared for random access, recorded.

A file appears under its final name only when it is whole and verified. The digests of the first download
are written to ``checksums.json`` and compared with every later file or download.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from landfall.config import settings
from landfall.config.downloads import Downloads, PublicFile
from landfall.config.yaml_source import Lines, dotted
from landfall.io import files
from landfall.io.download import CHUNK, Address, DownloadError, discard, fetch
from landfall.io.errors import InputProblem, stop_if, suggestion
from landfall.models.registry import splice_models

log = logging.getLogger(__name__)


_ENDINGS = {"fasta": (".fa.gz", ".fasta.gz"), "vcf": (".vcf.gz",), "as_is": ("",)}
_START = {"fasta": b">", "vcf": b"##fileformat=VCF"}


@dataclass(frozen=True)
class Resource:
    """One file: ``path`` in the folder of resources, its address, its known digests.

    ``bytes``, ``md5`` and ``sha256`` are those of the file at ``url``, before ``make`` turns it into ``path``.
    """

    path: str
    url: str
    make: str
    bytes: int | None
    md5: str | None
    sha256: str | None


@dataclass(frozen=True)
class Plan:
    """The files to download, their folder, and the limits of retries (``timeout`` in seconds).

    ``warnings``: keys of the configuration under former names.
    """

    folder: Path
    files: tuple[Resource, ...]
    models: tuple[str, ...]
    attempts: int
    timeout: float
    warnings: tuple[InputProblem, ...] = ()

    def file(self, path: str) -> Resource:
        """The resource of a path. Raises KeyError if it is not to be fetched."""
        return {resource.path: resource for resource in self.files}[path]


def load(source: Mapping[str, Any] | Path | str, config_files: Sequence[Path | str] = ()) -> Plan:
    """The plan of a configuration file, or of Snakemake's ``config`` with its files.

    Raises InputError with every fault at once.
    """
    given = settings.read(source, config_files, Downloads)
    plan = given.parsed
    faults = [*given.faults, *_unfit(plan, given.lines)]
    stop_if(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
    return Plan(
        folder=Path(plan.resources),
        files=tuple(_resource(file) for file in plan.files),
        models=plan.models,
        attempts=plan.attempts,
        timeout=float(plan.timeout),
        warnings=tuple(given.warnings),
    )


def _resource(file: PublicFile) -> Resource:
    return Resource(**{name: getattr(file, name) for name in Resource.__dataclass_fields__})


def _unfit(plan: Downloads, lines: Lines) -> Iterator[InputProblem]:
    """Faults of the entries beyond single keys."""
    paths = [file.path for file in plan.files]
    for index, file in enumerate(plan.files):
        key, path = ("files", index, "path"), file.path
        place, name = lines.of(key), dotted(key)
        endings = _ENDINGS[file.make]
        if ".." in Path(path).parts:
            yield InputProblem(*place, f"{name}: {path} is outside the folder of resources", "remove '..'")
        if path in paths[:index]:
            yield InputProblem(*place, f"{name}: {path} is listed twice", "use unique paths")
        if not path.endswith(endings):
            what = f"{name}: {path} does not end in {' or '.join(endings)}, as make: {file.make} needs"
            yield InputProblem(*place, what)
    for index, model in enumerate(plan.models):
        place = lines.of(("models", index))
        spec = splice_models().get(model)
        if spec is None:
            remedy = suggestion(model, splice_models()) or f"available: {', '.join(splice_models())}"
            yield InputProblem(*place, f"models[{index}]: unknown model {model}", remedy)
        elif not spec.info.licence.commercial and model not in plan.licences.accepted:
            what = f"models[{index}]: the licence of {model}, {spec.info.licence.name}, is not accepted"
            yield InputProblem(
                *place, what, f"read the terms, and if they allow your use add {model} to licences.accepted"
            )


def obtain(plan: Plan, resource: Resource) -> Path:
    """A resource, verified: downloaded if absent, compared with its record if present.

    Raises DownloadError with a remedy; the file under the final name is then unchanged.
    """
    final = plan.folder / resource.path
    record = _records(plan.folder).get(resource.path)
    if final.exists():
        _check_present(plan.folder, resource, record)
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(f"{final}.partial")
    digest = bool(resource.md5 or resource.sha256)
    address = Address(resource.path, resource.url, resource.bytes, digest)
    stated = fetch(address, partial, plan.attempts, plan.timeout)
    found = _digests(partial)
    wrong = _mismatches(resource, found, stated, record)
    if wrong:
        discard(partial)
        raise DownloadError(f"{resource.url} is not the file expected, and was removed:\n" + "\n".join(wrong))
    _make(plan.folder, resource, partial, found, record)
    return final


def _check_present(folder: Path, resource: Resource, record: Mapping[str, Any] | None) -> None:
    """Compare a file on disk with its record. Raises DownloadError."""
    final, remedy = folder / resource.path, "delete or move it to download it again"
    if record is None:
        what = f"exists, but {folder / 'checksums.json'} has no record of its origin"
        raise DownloadError(f"{final}: {what}; {remedy}")
    faults = []
    if record["url"] != resource.url:
        faults.append(f"  it was downloaded from {record['url']}, the configuration has {resource.url}")
    for name in ("bytes", "md5", "sha256"):
        wanted = getattr(resource, name)
        if wanted not in (None, record[name]):
            faults.append(f"  it was made from a file with {name} {record[name]}, expected {wanted}")
    log.info("%s: exists; comparing it with its record of %s", final, record["first_fetched"])
    if not faults and (found := _digests(final)["sha256"]) != record["on_disk"]["sha256"]:
        faults.append(f"  SHA-256 {found}, recorded {record['on_disk']['sha256']}: it has changed since")
    if faults:
        raise DownloadError("\n".join([f"{final}: is not the file expected; {remedy}", *faults]))


def _mismatches(
    resource: Resource, found: Mapping[str, Any], stated: str | None, record: Mapping[str, Any] | None
) -> list[str]:
    """Differences of a download from the configuration, the server's digest and the first download."""
    wrong = [
        f"  {name} {found[name]}, expected {wanted}"
        for name in ("bytes", "md5", "sha256")
        if (wanted := getattr(resource, name)) not in (None, found[name])
    ]
    if stated not in (None, found["md5"]):
        wrong.append(f"  md5 {found['md5']}, {stated} by the server: it was damaged in transfer")
    if not wrong and record and record["url"] == resource.url and record["sha256"] != found["sha256"]:
        wrong = [
            f"  sha256 {found['sha256']}, recorded {record['sha256']} on {record['first_fetched']}",
            "  The file at this address has changed since. To accept the new one, remove the entry of",
            f"  {resource.path} from checksums.json.",
        ]
    return wrong


def _digests(path: Path) -> dict[str, Any]:
    """Bytes, MD5 and SHA-256 of a file, in one pass."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
            size += len(chunk)
    return {"bytes": size, "md5": md5.hexdigest(), "sha256": sha256.hexdigest()}


# Preparation ----------------------------------------------------------------------------------------


def _make(
    folder: Path,
    resource: Resource,
    partial: Path,
    found: Mapping[str, Any],
    record: Mapping[str, Any] | None,
) -> None:
    """Prepare the file from the verified download, indices first, and write the record before the final name."""
    final = folder / resource.path
    scratch = final.with_name(f".making.{final.name}")
    indices = [Path(f"{scratch}{suffix}") for suffix in (".fai", ".gzi", ".tbi")]
    scratch.unlink(missing_ok=True)
    try:
        _prepare(resource, partial, scratch)
        for index in filter(Path.exists, indices):
            os.replace(index, Path(f"{final}{index.suffix}"))
        first = record["first_fetched"] if record and record["sha256"] == found["sha256"] else _now()
        entry = {"file": resource.path, "url": resource.url, **found, "first_fetched": first}
        made = _digests(scratch)
        entry["on_disk"] = {"bytes": made["bytes"], "sha256": made["sha256"]}
        with _records_to_change(folder) as records:
            records[resource.path] = entry
        os.replace(scratch, final)
        discard(partial)
    except DownloadError:
        discard(partial)  # the next run would find the same fault in it
        raise
    finally:
        for leftover in (scratch, *indices):
            leftover.unlink(missing_ok=True)
    log.info("%s: ready", final)


def _prepare(resource: Resource, partial: Path, scratch: Path) -> None:
    """The final file and its indices at ``scratch``. Raises DownloadError if the download is of another kind."""
    import pysam

    kind = files.compression(partial)
    if kind == "bgzip" and (problem := files.problem(partial)):
        raise DownloadError(f"{resource.url}: the download {problem[0]}, and was removed; repeat the command")
    if resource.make == "as_is":
        _check_as_it_is(resource, partial, kind)
        _same_file(partial, scratch)
        return
    if kind == "bgzip":
        _same_file(partial, scratch)
    else:
        log.info("%s: recompressing it by bgzip, for random access", resource.path)
        with pysam.BGZFile(str(scratch), "wb", None) as handle:
            for chunk in decompressed(partial):
                handle.write(chunk)
    with files.opened(scratch) as handle:
        if handle.read(len(_START[resource.make])) != _START[resource.make]:
            _of_another_kind(resource, f"not {resource.make.upper()}")
    log.info("%s: indexing", resource.path)
    try:
        if resource.make == "fasta":
            pysam.faidx(str(scratch))
        else:
            pysam.tabix_index(str(scratch), preset="vcf", force=True)
    except (OSError, pysam.utils.SamtoolsError) as error:
        raise DownloadError(f"{resource.url}: the file cannot be indexed: {error}") from error


_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def _is_page(path: Path) -> bool:
    """Whether a file begins as HTML does."""
    with path.open("rb") as handle:
        return _PAGE.match(handle.read(4096)) is not None


def _check_as_it_is(resource: Resource, partial: Path, kind: str) -> None:
    """Raises DownloadError if a file is empty, or not complete gzip where its name ends in .gz or .bgz."""
    if not partial.stat().st_size:
        _of_another_kind(resource, "empty")
    if resource.path.endswith((".gz", ".bgz")):
        if kind == "plain":
            _of_another_kind(resource, "not a gzip file")
        for _ in decompressed(partial):
            pass
    elif not resource.path.endswith((".html", ".htm")) and _is_page(partial):
        _of_another_kind(resource, "a web page")


def _same_file(path: Path, other: Path) -> None:
    """The same bytes under another name, without a copy where the file system can do so."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def _of_another_kind(resource: Resource, what: str) -> None:
    raise DownloadError(
        f"{resource.url}: the download is {what}, and was removed; is it the page of a proxy?"
    )


def decompressed(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed if it is gzip; bytes after the last member are ignored, as by gunzip.

    hs37d5.fa.gz ends in an index that is not gzip. Raises DownloadError if the file is damaged or truncated.
    """
    with path.open("rb") as handle:
        if files.compression(path) == "plain":
            while chunk := handle.read(CHUNK):
                yield chunk
            return
        member, data = zlib.decompressobj(31), b""
        while data := data or handle.read(CHUNK):
            try:
                yield member.decompress(data)
            except zlib.error as error:
                raise DownloadError(f"{path}: damaged: {error}") from error
            data = member.unused_data
            if member.eof:
                data += handle.read(2) if len(data) < 2 else b""
                if not data.startswith(b"\x1f\x8b"):
                    return
                member = zlib.decompressobj(31)
    raise DownloadError(f"{path}: is truncated")


# The record ------------------------------------------------------------------------------------------------


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _records(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries of ``checksums.json`` by file. Raises DownloadError if it cannot be read."""
    path = folder / "checksums.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return {entry["file"]: entry for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DownloadError(
            f"{path}: cannot be read: {error}; restore it, or delete it and its files"
        ) from error


@contextmanager
def _records_to_change(folder: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """The records, written back at the end; jobs that end at the same time wait for one another."""
    with FileLock(folder / ".checksums.lock"):
        records = _records(folder)
        yield records
        scratch = folder / ".checksums.json.partial"
        entries = [records[name] for name in sorted(records)]
        scratch.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
        os.replace(scratch, folder / "checksums.json")
