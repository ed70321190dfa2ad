"""Downloads over HTTP: resumed after an interruption, retried, with progress in the log.

The bytes received stay at ``<name>.partial``, with the validators of the server's answer in ``<name>.partial.json``;
the next attempt, or the next run, requests the rest alone if the file is unchanged.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import logging
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from landfall.io.files import BrokenFileError

log = logging.getLogger(__name__)


CHUNK = 1 << 20
MEGABYTE = 1_000_000
PAUSE = 5.0
"""Seconds before the second attempt; doubled for each further one."""
REPORT_EVERY = 10.0
"""Seconds between two lines of progress."""
_WORTH_ANOTHER_TRY = {408, 416, 425, 429}


class DownloadError(BrokenFileError):
    """A file that cannot be downloaded, or that is not the expected one."""


class _CutOffError(OSError):
    """A transfer that ended before the file did; the next attempt resumes there."""


@dataclass(frozen=True)
class Address:
    """Source of a file: its name in messages, URL, size in bytes (None if not known), and whether a digest is known."""

    name: str
    url: str
    bytes: int | None
    digest: bool = False


def fetch(address: Address, partial: Path, attempts: int, timeout: float) -> str | None:
    """The whole file at ``partial``, in as many attempts as are allowed; the MD5 that the server states, if any.

    An attempt that came at least a megabyte further than any before it does not count. Raises DownloadError.
    """
    failures, furthest = 0, _size(partial)
    while True:
        try:
            return _transfer(address, partial, timeout)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in _WORTH_ANOTHER_TRY:
                raise DownloadError(_refused(address, f"{error.code} {error.reason}")) from error
            if error.code == 416:
                discard(partial)
            problem = f"{error.code} {error.reason}"
        except (OSError, http.client.HTTPException) as error:
            problem = str(getattr(error, "reason", "") or error) or type(error).__name__
        failures = 1 if _size(partial) - furthest >= MEGABYTE else failures + 1
        furthest = max(furthest, _size(partial))
        if failures >= attempts:
            kept = (
                f" {_size(partial)} bytes are kept; the same command goes on from there." * partial.exists()
            )
            raise DownloadError(
                f"{address.url}: given up after {failures} attempt{'s' * (failures > 1)}: {problem}.{kept}"
            )
        pause = PAUSE * 2 ** (failures - 1)
        log.info("%s: %s; trying again in %g s", address.name, problem, pause)
        time.sleep(pause)


def _refused(address: Address, problem: str) -> str:
    return (
        f"{address.url}: the server answers {problem}; has the file moved? Its address is in the configuration, "
        f"under {address.name}"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _state_of(partial: Path) -> Path:
    return Path(f"{partial}.json")


def discard(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _state_of(partial).unlink(missing_ok=True)


def _state(partial: Path, url: str) -> dict[str, Any] | None:
    """The validators of the file that ``partial`` is a part of; None if there is no part to resume from.

    There is none either where the server gave no validator, as another version of the file could not be recognised.
    """
    try:
        state = json.loads(_state_of(partial).read_text())
        usable = (
            state["url"] == url and 0 < _size(partial) <= state["total"] and any(state["version"].values())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return state if usable else None


def _transfer(address: Address, partial: Path, timeout: float) -> str | None:
    """One attempt, from the end of the last one. Raises OSError, HTTPException or DownloadError."""
    state = _state(partial, address.url)
    have = _size(partial) if state else 0
    if state and have == state["total"]:
        return _text(state["md5"])
    with _open(address.url, have, state, timeout) as answer:
        if state and not _goes_on(answer, have, state):
            log.info("%s: the server cannot go on at byte %d; starting anew", address.name, have)
            state, have = None, 0
            if answer.status == 206:
                discard(partial)
                raise _CutOffError("the file has changed at its address")
        if state is None:
            _check_whole(address, answer)
            state = _begin(address, partial, answer)
        total = state["total"]
        _check_room(partial, have, total)
        with partial.open("ab" if have else "wb") as handle:
            _copy(answer, handle, address.name, have, total)
    if total is not None and _size(partial) != total:
        raise _CutOffError(f"cut off at byte {_size(partial)} of {total}")
    return _text(state["md5"])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _open(url: str, have: int, state: Mapping[str, Any] | None, timeout: float) -> http.client.HTTPResponse:
    """The server's answer; with a part at hand, the rest is requested unless the file has changed since."""
    headers = {"User-Agent": "landfall", "Accept-Encoding": "identity"}
    if state:
        etag, modified = state["version"]["ETag"] or "", state["version"]["Last-Modified"]
        validator = etag if etag.startswith('"') else modified  # a weak one is none (RFC 9110, 13.1.5)
        headers["Range"] = f"bytes={have}-"
        headers |= {"If-Range": validator} if validator else {}
    answer: http.client.HTTPResponse = urllib.request.urlopen(  # the schema allows http and https alone
        urllib.request.Request(url, headers=headers), timeout=timeout
    )
    return answer


def _goes_on(answer: http.client.HTTPResponse, have: int, state: Mapping[str, Any]) -> bool:
    """Whether the answer is the rest of the same file, in the same version."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
    same = all(was == now for name, was in state["version"].items() if (now := answer.headers.get(name)))
    there = found is not None and (int(found[1]), int(found[2])) == (have, state["total"])
    return answer.status == 206 and there and same


def _check_whole(address: Address, answer: http.client.HTTPResponse) -> None:
    """Raises DownloadError if an answer cannot be, or cannot be known to be, the whole file as it is."""
    if answer.status != 200:
        raise DownloadError(_refused(address, f"{answer.status} {answer.reason}"))
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise DownloadError(f"{address.url}: comes packed by {coding}, not as it is; is a proxy on the way?")
    known = (
        address.digest
        or address.bytes is not None
        or _stated_md5(answer.headers.get_all("x-goog-hash") or [])
    )
    if not (known or answer.length is not None or answer.chunked):
        what = "the server gives no length of the file, so a truncated one could not be recognised"
        raise DownloadError(
            f"{address.url}: {what}; give bytes, md5 or sha256 of {address.name} in the configuration"
        )


def _begin(address: Address, partial: Path, answer: http.client.HTTPResponse) -> dict[str, Any]:
    """Store the validators of the answer. Raises DownloadError if its size is not the one expected."""
    total = answer.length
    if None not in (total, address.bytes) and total != address.bytes:
        what = f"offers {total} bytes, expected {address.bytes}"
        raise DownloadError(f"{address.url}: the server {what}; is the address still that of the same file?")
    state = {
        "url": address.url,
        "total": total,
        "version": {name: answer.headers.get(name) for name in ("ETag", "Last-Modified")},
        "md5": _stated_md5(answer.headers.get_all("x-goog-hash") or []),
    }
    partial.unlink(missing_ok=True)
    _state_of(partial).write_text(json.dumps(state))
    return state


def _stated_md5(values: Sequence[str]) -> str | None:
    """The MD5 that Google's storage sends with a file (``x-goog-hash: crc32c=...,md5=...``), as hexadecimal."""
    parts = [part.strip() for value in values for part in value.split(",")]
    encoded = next((part.removeprefix("md5=") for part in parts if part.startswith("md5=")), None)
    try:
        return base64.b64decode(encoded, validate=True).hex() if encoded else None
    except binascii.Error:
        return None


def _check_room(partial: Path, have: int, total: int | None) -> None:
    free = shutil.disk_usage(partial.parent).free
    if total is not None and total - have > free:
        needed, left = f"{(total - have) / MEGABYTE:.0f} MB", f"{free / MEGABYTE:.0f} MB"
        raise DownloadError(f"{partial.parent}: {needed} are to be fetched, but only {left} are free")


def _copy(
    answer: BinaryIO | http.client.HTTPResponse, to: BinaryIO, name: str, have: int, total: int | None
) -> None:
    """Copy the answer's bytes, with the progress in the log at intervals."""
    started = reported = time.monotonic()
    log.info("%s: fetching%s", name, f", going on at {have / MEGABYTE:.1f} MB" if have else "")
    came = 0
    while chunk := answer.read(CHUNK):
        to.write(chunk)
        came += len(chunk)
        now = time.monotonic()
        if now - reported >= REPORT_EVERY:
            log.info("%s: %s", name, progress(have + came, total, came / (now - started)))
            reported = now
    seconds = max(time.monotonic() - started, 1e-3)
    log.info("%s: %s", name, progress(have + came, total, came / seconds))


def progress(have: int, total: int | None, rate: float) -> str:
    """Megabytes, rate in megabytes a second, time left. Rate in bytes a second."""
    speed = f"{rate / MEGABYTE:.1f} MB/s"
    if not total:
        return f"{have / MEGABYTE:.1f} MB, {speed}"
    left = f", {(total - have) / rate:.0f} s left" if rate and have < total else ""
    return f"{have / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB ({have / total:.0%}), {speed}{left}"
