"""Files over HTTP: resumed where they were cut off, retried, with their progress in the log.

The bytes received stay at ``<name>.partial``, the server's description of the file in ``<name>.partial.json``; the
next attempt, or the next run, requests the remaining range alone if the file is still the same. requests does the
transport, tenacity the attempts.
"""

from __future__ import annotations

import base64
import binascii
import errno
import json
import logging
import re
import shutil
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import requests
import tenacity
import urllib3
from requests.adapters import HTTPAdapter

from landfall.io.errors import NO_ROOM
from landfall.io.files import BrokenFileError

log = logging.getLogger(__name__)


CHUNK = 1 << 20
MEGABYTE = 1_000_000
PAUSE = 5.0
"""Seconds before the second attempt; doubled for each further one."""
REPORT_EVERY = 10.0
"""Seconds between two lines of progress."""
_RETRIED = {408, 416, 425, 429}
"""Statuses below 500 after which another attempt can succeed."""
_LASTING = (
    requests.exceptions.TooManyRedirects,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)
"""Errors of an address, or of one that it redirects to: none of http or https, or a loop."""
_OF_THE_DISK = (
    *NO_ROOM,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.ENOENT,
    errno.EFBIG,
)
"""Numbers of errors of writing, after which another attempt fails too."""


class DownloadError(BrokenFileError):
    """A file that cannot be downloaded, or that is not the expected one."""


class _AttemptError(OSError):
    """A transfer that failed or ended before the file did; another attempt continues from there."""


@dataclass(frozen=True)
class Address:
    """Source of a file: its name in messages, URL, size in bytes (None if not known), and whether a digest is known.

    ``declared_in``: where the URL is declared, in words.
    """

    name: str
    url: str
    bytes: int | None
    digest: bool = False
    declared_in: str = "the configuration"


@dataclass
class _Failures:
    """Attempts that failed since one last received a megabyte more than any before it."""

    partial: Path
    count: int = 0
    furthest: int = field(init=False)

    def __post_init__(self) -> None:
        self.furthest = _size(self.partial)

    def note(self, _: tenacity.RetryCallState) -> None:
        """Count a failed attempt."""
        self.count = 1 if _size(self.partial) - self.furthest >= MEGABYTE else self.count + 1
        self.furthest = max(self.furthest, _size(self.partial))

    def pause(self, _: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt."""
        return float(PAUSE * 2 ** (self.count - 1))


def fetch(address: Address, partial: Path, attempts: int, timeout: float) -> str | None:
    """The whole file at ``partial``, in as many attempts as are allowed; the MD5 that the server states, if any.

    An attempt that received at least a megabyte more than any before it does not count. Raises DownloadError.
    """
    failures = _Failures(partial)

    def announce(state: tenacity.RetryCallState) -> None:
        log.info("%s: %s; trying again in %g s", address.name, _problem(state), failures.pause(state))

    def give_up(state: tenacity.RetryCallState) -> None:
        count = f"{failures.count} attempt{'s' * (failures.count > 1)}"
        raise DownloadError(
            f"{address.url}: given up after {count}: {_problem(state)}{_continuation(partial, address.url)}"
        )

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        after=failures.note,
        stop=lambda _: failures.count >= attempts,
        wait=failures.pause,
        before_sleep=announce,
        retry_error_callback=give_up,
    )
    try:
        return retrying(_transfer, address, partial, timeout)
    except requests.exceptions.TooManyRedirects as error:
        what = f"the server redirects more than {requests.models.DEFAULT_REDIRECT_LIMIT} times"
        raise DownloadError(f"{address.url}: {what}; is the address still right?") from error
    except requests.RequestException as error:
        what = "the address, or one that it redirects to, is not valid"
        raise DownloadError(f"{address.url}: {what}: {_cause(error)}") from error
    except OSError as error:
        raise DownloadError(f"{partial}: cannot be written: {error.strerror or error}") from error


def _may_pass(error: BaseException) -> bool:
    """Whether another attempt can succeed: not after a faulty address or redirect, nor where the disk is at fault."""
    if isinstance(error, requests.RequestException):
        return not isinstance(error, _LASTING)
    passing = isinstance(error, OSError) and error.errno not in _OF_THE_DISK
    return passing or isinstance(error, urllib3.exceptions.HTTPError)


def _continuation(partial: Path, url: str) -> str:
    """Whether the received bytes are used again, as a clause; empty where there are none."""
    if not _size(partial):
        return ""
    if _state(partial, url):
        return f"; {_size(partial)} bytes are kept, and the same command continues after them"
    why = "the server gives no version (ETag, Last-Modified) or no length of the file"
    return f"; the same command starts again, as {why}"


def _problem(state: tenacity.RetryCallState) -> str:
    """The cause of a failed attempt."""
    return _cause(state.outcome.exception() if state.outcome else None)


def _cause(error: BaseException | None) -> str:
    """The first error of a chain in words, without a full stop."""
    while error is not None and error.__context__ is not None:
        error = error.__context__
    return str(error).rstrip(". ") or type(error).__name__


def _refused(address: Address, problem: str) -> str:
    return (
        f"{address.url}: the server returned {problem}; has the file moved? Its address is in "
        f"{address.declared_in}, under {address.name}"
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

    None also where the server gave no validator, as another version of the file could not be recognised.
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
    """One attempt, from where the last one ended.

    Raises OSError or urllib3's HTTPError where another attempt can succeed, DownloadError where none can.
    """
    state = _state(partial, address.url)
    have = _size(partial) if state else 0
    if state and have == state["total"]:
        return _text(state["md5"])
    with _session() as session, _request(session, address.url, have, state, timeout) as answer:
        _check_status(address, partial, answer)
        if state and not _goes_on(answer, have, state):
            log.info("%s: the server does not continue at byte %d; starting again", address.name, have)
            state, have = None, 0
            if answer.status_code == 206:
                discard(partial)
                raise _AttemptError("the file has changed at its address")
        if state is None:
            _check_whole(address, answer)
            state = _begin(address, partial, answer)
        total = state["total"]
        _check_room(partial, have, total)
        with partial.open("ab" if have else "wb") as handle:
            _copy(answer.raw, handle, address.name, have, total)
    if total is not None and _size(partial) != total:
        raise _AttemptError(f"cut off at byte {_size(partial)} of {total}")
    return _text(state["md5"])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


class _SystemTrust(HTTPAdapter):
    """Trusts the certificates of the system (and ``SSL_CERT_FILE``) besides those that come with requests."""

    def init_poolmanager(self, *words: Any, **settings: Any) -> None:
        super().init_poolmanager(*words, **settings, ssl_context=ssl.create_default_context())

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        return super().proxy_manager_for(proxy, **settings, ssl_context=ssl.create_default_context())


def _session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", _SystemTrust())
    session.headers.update({"User-Agent": "landfall", "Accept-Encoding": "identity"})
    return session


def _request(
    session: requests.Session, url: str, have: int, state: Mapping[str, Any] | None, timeout: float
) -> requests.Response:
    """The server's answer, its body unread; after a part, the remaining range unless the file has changed since."""
    headers = {}
    if state:
        etag, modified = state["version"]["ETag"] or "", state["version"]["Last-Modified"]
        validator = etag if etag.startswith('"') else modified  # a weak one does not count (RFC 9110, 13.1.5)
        headers["Range"] = f"bytes={have}-"
        headers |= {"If-Range": validator} if validator else {}
    return session.get(url, headers=headers, stream=True, timeout=timeout)


def _check_status(address: Address, partial: Path, answer: requests.Response) -> None:
    """Raises for an error of the server: _AttemptError where it may pass, DownloadError where it will not."""
    if answer.status_code < 400:
        return
    problem = f"{answer.status_code} {answer.reason}"
    if answer.status_code < 500 and answer.status_code not in _RETRIED:
        raise DownloadError(_refused(address, problem))
    if answer.status_code == 416:
        discard(partial)
    raise _AttemptError(problem)


def _goes_on(answer: requests.Response, have: int, state: Mapping[str, Any]) -> bool:
    """Whether the answer is the rest of the same file, in the same version."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
    same = all(was == now for name, was in state["version"].items() if (now := answer.headers.get(name)))
    there = found is not None and (int(found[1]), int(found[2])) == (have, state["total"])
    return answer.status_code == 206 and there and same


def _check_whole(address: Address, answer: requests.Response) -> None:
    """Raises DownloadError if an answer cannot be, or cannot be known to be, the whole file as it is."""
    if answer.status_code != 200:
        raise DownloadError(_refused(address, f"{answer.status_code} {answer.reason}"))
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise DownloadError(
            f"{address.url}: is sent with the content encoding {coding}; does a proxy change it?"
        )
    known = address.digest or address.bytes is not None or _stated_md5(answer)
    if not (known or _length(answer) is not None or _chunked(answer)):
        what = "the server gives no length of the file, so a truncated one could not be recognised"
        raise DownloadError(
            f"{address.url}: {what}; give bytes, md5 or sha256 of {address.name} in the configuration"
        )


def _chunked(answer: requests.Response) -> bool:
    """Whether the body is chunked, so that its end is recognised."""
    return "chunked" in answer.headers.get("Transfer-Encoding", "").lower()


def _length(answer: requests.Response) -> int | None:
    """Bytes of the body, where the server states their number."""
    stated = answer.headers.get("Content-Length", "")
    return int(stated) if stated.isdecimal() and not _chunked(answer) else None


def _begin(address: Address, partial: Path, answer: requests.Response) -> dict[str, Any]:
    """Record the properties of the file in the response. Raises DownloadError if its size is not the one expected."""
    total = _length(answer)
    if None not in (total, address.bytes) and total != address.bytes:
        what = f"offers {total} bytes, expected {address.bytes}"
        raise DownloadError(f"{address.url}: the server {what}; is the address still that of the same file?")
    state = {
        "url": address.url,
        "total": total,
        "version": {name: answer.headers.get(name) for name in ("ETag", "Last-Modified")},
        "md5": _stated_md5(answer),
    }
    partial.unlink(missing_ok=True)
    _state_of(partial).write_text(json.dumps(state))
    return state


def _stated_md5(answer: requests.Response) -> str | None:
    """The MD5 that Google's storage sends with a file (``x-goog-hash: crc32c=...,md5=...``), as hexadecimal."""
    parts = [part.strip() for part in answer.headers.get("x-goog-hash", "").split(",")]
    encoded = next((part.removeprefix("md5=") for part in parts if part.startswith("md5=")), None)
    try:
        return base64.b64decode(encoded, validate=True).hex() if encoded else None
    except binascii.Error:
        return None


def _check_room(partial: Path, have: int, total: int | None) -> None:
    free = shutil.disk_usage(partial.parent).free
    if total is not None and total - have > free:
        needed, left = f"{(total - have) / MEGABYTE:.0f} MB", f"{free / MEGABYTE:.0f} MB"
        raise DownloadError(f"{partial.parent}: {needed} are needed, {left} are free")


def _copy(body: Any, to: BinaryIO, name: str, have: int, total: int | None) -> None:
    """Copy a body of urllib3 as its bytes arrive, with lines of progress; a truncated body ends like a complete one."""
    body.enforce_content_length = False  # the caller compares sizes once the received bytes are on disk
    started = reported = time.monotonic()
    log.info("%s: downloading%s", name, f", from {have / MEGABYTE:.1f} MB on" if have else "")
    came = 0
    while chunk := body.read1(CHUNK):
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
