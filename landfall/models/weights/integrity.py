"""Integrity of weights: whether files are those that their publisher offers.

No prediction of a network of unverified weights may reach a report, so a file that the user fetched must have a digest
that its publisher states or that the configuration gives.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from landfall.io.digests import sha256
from landfall.models.info import ModelInfo, WeightFile, WeightsError

LICENCE = "LICENCE.txt"
"""File in a folder of fetched weights, written last: with it the folder is complete."""


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder that of the list of its files, as ``sha256sum * | sha256sum`` in it prints.

    Raises WeightsError if there is neither.
    """
    if path.is_file():
        return sha256(path)
    if not path.is_dir():
        raise WeightsError(f"{path}: no such file or folder")
    members = sorted(member for member in path.iterdir() if member.is_file() and member.name[0] != ".")
    lines = "".join(f"{sha256(member)}  {member.name}\n" for member in members)
    return hashlib.sha256(lines.encode()).hexdigest()


def check(info: ModelInfo, path: Path, given: str | None = None) -> str:
    """The SHA-256 of weights in place, once they are known to be those of the model.

    given: the SHA-256 in the configuration; it may not contradict what is published. Raises WeightsError, naming
    model, file, what was expected and what was found.
    """
    if not path.exists():
        raise WeightsError(f"The weights of {info.title} are not at {path}: {addresses(info)}")
    found = digest(path)
    if not digest_known(info, path, given):
        raise WeightsError(
            f"The weights of {info.title}, {path}, cannot be used: their publisher states no digest of a file of "
            f"this name; SHA-256 found {found}. If the file holds the trained weights, set sha256 beside it."
        )
    seen = {"SHA-256": found, "MD5": _md5(path), "bytes": _bytes(path)}
    expected = expectations(info, path, given)
    faults = [f"{kind} {seen[kind]}, expected {value}" for kind, value in expected if seen[kind] != value]
    if faults:
        raise WeightsError(
            f"The weights of {info.title}, {path}, are not those expected: {'; '.join(faults)}"
        )
    return found


def digest_known(info: ModelInfo, path: Path, given: str | None) -> bool:
    """Whether the publisher or the configuration gives a digest of a file of this name."""
    return bool({"SHA-256", "MD5"} & {kind for kind, _ in expectations(info, path, given)})


def expectations(info: ModelInfo, path: Path, given: str | None) -> list[tuple[str, str]]:
    """The expected digests and size of a file of this name: pairs of ``SHA-256``, ``MD5`` or ``bytes`` and its value.

    given: the SHA-256 of the configuration; the other values are the publisher's.
    """
    named = next((file for file in info.fetched if file.name.split("/")[-1] == path.name), None)
    published = (("SHA-256", named.sha256), ("MD5", named.md5), ("bytes", named.size)) if named else ()
    return [(kind, str(value)) for kind, value in (("SHA-256", given), *published) if value]


def addresses(info: ModelInfo) -> str:
    """Where the weights come from, in words."""
    places = [f"{file.url} ({file.member or file.name})" for file in info.fetched]
    return f"fetch {' or '.join(places)}"


def _bytes(path: Path) -> str:
    return str(path.stat().st_size) if path.is_file() else "of a folder"


def _md5(path: Path) -> str:
    if not path.is_file():
        return "of a folder"
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def check_weights(info: ModelInfo, directory: Path) -> None:
    """Compare every weight file with the digest the model was published with.

    Raises WeightsError naming every file that is missing or altered, and what to do.
    """
    faults = [found for weight in info.files if (found := fault(directory / weight.name, weight))]
    if faults:
        remedy = "Delete the folder and run again to download the weights again."
        raise WeightsError("\n".join([f"The weights of {info.title} cannot be used:", *faults, remedy]))


def fault(path: Path, weight: WeightFile) -> str | None:
    """How a file differs from the one published, a line of a message; None where it is that one."""
    if not path.is_file():
        return f"  {path}: no such file"
    size = path.stat().st_size
    if size != weight.size:
        return f"  {path}: {size} bytes, expected {weight.size}"
    digest = sha256(path)
    if digest != weight.sha256:
        return f"  {path}: SHA-256 {digest}, expected {weight.sha256}"
    return None
