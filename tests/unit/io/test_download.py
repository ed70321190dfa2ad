"""Downloads against a server on this machine: cut off, resumed, damaged, gone; then what is on disk."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml

from landfall.audit.preflight import run as preflight_run
from landfall.config.sections import Settings
from landfall.io import download, files
from landfall.io.download import DownloadError
from landfall.io.errors import InputError
from landfall.stages.inputs import resources as inputs_resources
from landfall.stages.inputs.resources import Plan, Resource
from tests.unit.audit.preflight.deep_check import deep_check

ROOT = Path(__file__).resolve().parents[3]
SEQUENCE = b"ACGTTGCATTAGGCAT" * 4
FASTA = b">chr1\n" + (SEQUENCE + b"\n") * 400 + b">chrM\n" + SEQUENCE + b"\n"
VCF = (
    b"##fileformat=VCFv4.2\n##contig=<ID=chr1>\n##INFO=<ID=AF,Number=A,Type=Float,Description=x>\n"
    b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t5\t.\tT\tG\t.\t.\tAF=0.5\n"
)
GTF = "".join(
    f'chr1\tx\t{kind}\t11\t70\t.\t+\t{frame}\tgene_id "g"; transcript_id "t"; gene_name "G1";\n'
    for kind, frame in (("transcript", "."), ("exon", "."), ("CDS", "0"))
).encode()


@dataclass
class Server:
    """What is served, how badly, and what was asked for."""

    contents: dict[str, bytes] = field(default_factory=dict)
    cut_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    ranges: bool = True
    etag: str = '"one"'
    headers: dict[str, str] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    ranged_as: str = ""
    honours_if_range: bool = True
    status: int = 200
    redirect: str = ""
    most: int = 12
    asked: list[str | None] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    state: Server

    def log_message(self, *words: Any) -> None:
        pass

    def do_GET(self) -> None:
        state, wanted = self.state, self.headers.get("Range")
        state.asked.append(wanted)
        assert len(state.asked) <= state.most, "the download does not come to an end"
        if state.redirect:
            self.send_response(302)
            self.send_header("Location", state.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = state.contents.get(self.path)
        status = state.statuses.pop(0) if state.statuses else (200 if content is not None else 404)
        if status != 200 or content is None:
            self.send_error(status)
            return
        same = not state.honours_if_range or self.headers.get("If-Range", state.etag) == state.etag
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges and same else 0
        self.send_response(206 if start else state.status)
        sent = {"Content-Length": str(len(content) - start), "ETag": state.etag, **state.headers}
        if start:
            stretch = f"bytes {start}-{len(content) - 1}/{len(content)}"
            sent["Content-Range"] = state.ranged_as.format(start=start) or stretch
        for name, value in sent.items():
            if name not in state.without:
                self.send_header(name, value)
        self.end_headers()
        body = content[start:]
        self.wfile.write(body[: state.cut_after.pop(0)] if state.cut_after else body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(download, "PAUSE", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = Server()
    handler = type("Handler", (_Handler,), {"state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        state.url = f"http://127.0.0.1:{httpd.server_port}"
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            httpd.shutdown()
            thread.join(timeout=5)


def resource(server: Server, path: str = "g/a.txt", make: str = "as_is", **known: Any) -> Resource:
    return Resource(
        path,
        f"{server.url}/file",
        make,
        **{"bytes": None, "md5": None, "sha256": None} | known,
    )


def plan(folder: Path, *resources: Resource, attempts: int = 3) -> Plan:
    return Plan(folder, resources, (), attempts, timeout=5)


def get(folder: Path, wanted: Resource, attempts: int = 3) -> Path:
    return inputs_resources.obtain(plan(folder, wanted, attempts=attempts), wanted)


def record(folder: Path) -> dict[str, Any]:
    (entry,) = json.loads((folder / "checksums.json").read_text())
    assert isinstance(entry, dict)
    return entry


def left(folder: Path) -> set[str]:
    return {path.name for path in (folder / "g").iterdir()}


def fails(folder: Path, wanted: Resource, words: str) -> None:
    with pytest.raises(DownloadError, match=words):
        get(folder, wanted)
    assert not (folder / wanted.path).exists()


def test_a_file_is_fetched_verified_and_recorded(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 5000
    sha, md5 = hashlib.sha256(b"x" * 5000).hexdigest(), hashlib.md5(b"x" * 5000).hexdigest()
    path = get(tmp_path, resource(server, bytes=5000, md5=md5, sha256=sha))
    assert path.read_bytes() == b"x" * 5000
    entry = record(tmp_path)
    assert (entry["file"], entry["bytes"], entry["sha256"]) == ("g/a.txt", 5000, sha)
    assert entry["url"] == f"{server.url}/file"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["first_fetched"])
    assert left(tmp_path) == {"a.txt"}


def test_a_connection_that_is_cut_goes_on_where_it_ended(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = bytes(range(256)) * 40
    server.cut_after = [4000, 3000]
    assert get(tmp_path, resource(server)).read_bytes() == server.contents["/file"]
    assert server.asked == [None, "bytes=4000-", "bytes=7000-"]


def test_the_next_run_goes_on_where_the_last_one_gave_up(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = bytes(range(256)) * 40
    server.cut_after = [1000, 1000, 1000]
    fails(
        tmp_path,
        resource(server),
        r"given up after 3 attempts: cut off at byte 3000 of 10240; 3000 bytes are kept",
    )
    assert get(tmp_path, resource(server)).read_bytes() == server.contents["/file"]
    assert server.asked[-1] == "bytes=3000-"


def test_a_server_without_ranges_is_asked_anew(server: Server, tmp_path: Path) -> None:
    server.contents["/file"], server.ranges, server.cut_after = b"abc" * 3000, False, [4000]
    assert get(tmp_path, resource(server)).read_bytes() == server.contents["/file"]
    assert server.asked == [None, "bytes=4000-"]


@pytest.mark.parametrize("etag", ['"one"', '"two"'], ids=["without saying so", "with another ETag"])
def test_a_file_that_changed_between_two_attempts_is_begun_anew(
    server: Server, tmp_path: Path, etag: str
) -> None:
    server.contents["/file"], server.cut_after = b"old" * 3000, [4000, 0, 0]
    fails(tmp_path, resource(server), "given up")
    server.contents["/file"], server.etag = b"newer" * 3000, etag
    assert get(tmp_path, resource(server)).read_bytes() == b"newer" * 3000


@pytest.mark.parametrize(
    "ranged_as",
    ["bytes 0-10239/10240", "bytes {start}-10239/99", "bytes {start}-10239/*", "items 1-2/3", "nonsense"],
)
def test_a_wrong_stretch_is_not_joined_and_the_attempts_are_bounded(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ranged_as: str
) -> None:
    """Each fresh attempt brings a lot and is cut off: what it brings again is no progress."""
    monkeypatch.setattr(download, "MEGABYTE", 1000)
    server.contents["/file"], server.ranged_as = bytes(range(256)) * 40, ranged_as
    server.cut_after = [4000, 10_240] * 10
    fails(tmp_path, resource(server), "given up after 3 attempts")
    assert len(server.asked) <= 6
    server.cut_after, server.ranged_as = [4000], ""
    assert get(tmp_path, resource(server)).read_bytes() == server.contents["/file"]


def test_a_server_that_never_takes_a_range_is_asked_a_bounded_number_of_times(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MEGABYTE", 1000)
    server.contents["/file"], server.cut_after = b"x" * 10_000, [4000] * 20
    server.statuses = [200, 416] * 10
    fails(tmp_path, resource(server), "given up after 3 attempts")
    assert len(server.asked) <= 6


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_two_versions_are_not_joined_where_the_server_passes_over_if_range(
    server: Server, tmp_path: Path, header: str
) -> None:
    server.honours_if_range, server.without = False, {"ETag", "Last-Modified"} - {header}
    server.headers[header] = '"one"' if header == "ETag" else "Mon, 01 Jan 2024 00:00:00 GMT"
    server.contents["/file"], server.cut_after = b"old" * 3000, [4000, 0, 0]
    fails(tmp_path, resource(server), "given up")
    server.contents["/file"] = b"new" * 3000
    server.headers[header] = '"two"' if header == "ETag" else "Tue, 02 Jan 2024 00:00:00 GMT"
    assert get(tmp_path, resource(server)).read_bytes() == b"new" * 3000


def test_a_part_whose_version_nobody_stated_is_begun_anew(server: Server, tmp_path: Path) -> None:
    server.without = {"ETag"}
    server.contents["/file"], server.cut_after = b"old" * 3000, [4000, 0, 0]
    fails(tmp_path, resource(server), "cut off at byte 0 of 9000$")
    server.cut_after = [0, 0, 4000]
    fails(
        tmp_path,
        resource(server),
        "cut off at byte 4000 of 9000; the same command starts again, as the server",
    )
    server.contents["/file"] = b"new" * 3000
    assert get(tmp_path, resource(server)).read_bytes() == b"new" * 3000


def test_a_file_whose_end_nobody_could_tell_is_refused(server: Server, tmp_path: Path) -> None:
    server.contents["/file"], server.without = b"x" * 5000, {"Content-Length"}
    fails(
        tmp_path,
        resource(server),
        r"gives no length of the file.*give bytes, md5 or sha256 of g/a\.txt",
    )
    digest = hashlib.sha256(b"x" * 5000).hexdigest()
    for known in ({"sha256": digest}, {"bytes": 5000}, {"md5": hashlib.md5(b"x" * 5000).hexdigest()}):
        get(tmp_path, resource(server, **known)).unlink()
    server.cut_after = [400]
    fails(tmp_path, resource(server, sha256=digest), f"expected {digest}")


@pytest.mark.parametrize(("headers", "status", "words"), [
    ({"Content-Encoding": "gzip"}, 200, "sent with the content encoding gzip"),
    ({"Content-Range": "bytes 0-49/100"}, 206, "the server returned 206"),
    ({}, 203, "the server returned 203"),
])  # fmt: skip
def test_an_answer_that_is_not_the_file_as_it_is_is_refused(
    server: Server, tmp_path: Path, headers: dict[str, str], status: int, words: str
) -> None:
    server.contents["/file"], server.headers, server.status = b"x" * 50, headers, status
    fails(tmp_path, resource(server), words)


def test_a_length_that_is_no_number_is_none(server: Server, tmp_path: Path) -> None:
    server.contents["/file"], server.headers = b"x" * 50, {"Content-Length": "many"}
    fails(tmp_path, resource(server), "gives no length of the file")


@pytest.mark.parametrize("state", [b"[]", b"{}", b"\xff", b'{"url": 1}', b'{"url": "URL", "total": "x"}'])
def test_a_damaged_note_beside_a_part_is_passed_over(server: Server, tmp_path: Path, state: bytes) -> None:
    server.contents["/file"] = b"x" * 5000
    (tmp_path / "g").mkdir()
    (tmp_path / "g/a.txt.partial").write_bytes(b"y" * 10)
    (tmp_path / "g/a.txt.partial.json").write_bytes(state.replace(b"URL", f"{server.url}/file".encode()))
    assert get(tmp_path, resource(server)).read_bytes() == b"x" * 5000


def bgzipped(folder: Path, content: bytes) -> bytes:
    (folder / "x").write_bytes(content)
    pysam.tabix_compress(str(folder / "x"), str(folder / "x.gz"), force=True)
    return (folder / "x.gz").read_bytes()


@pytest.mark.parametrize(
    ("path", "make"), [("g/a.gtf.gz", "as_is"), ("g/a.fa.gz", "fasta"), ("g/a.vcf.gz", "vcf")]
)
def test_bgzip_without_its_end_block_is_refused_and_fetched_anew(
    server: Server, tmp_path: Path, path: str, make: str
) -> None:
    sent = bgzipped(tmp_path, {"as_is": GTF, "fasta": FASTA, "vcf": VCF}[make])
    server.contents["/file"] = sent.removesuffix(files.BGZF_END)
    fails(tmp_path, resource(server, path, make), "cut short")
    assert left(tmp_path) == set()
    server.contents["/file"] = sent
    assert files.problem(get(tmp_path, resource(server, path, make))) is None


PAGES = {
    "HTML": b"<html>log in</html>",
    "with a doctype": b"\n <!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>\n<HTML>",
    "Latin-1": "<!DOCTYPE html><title>Zugriff nicht erlaubt für Gäste</title>".encode("latin-1"),
    "XHTML": b'<?xml version="1.0"?><!DOCTYPE html><html>',
    "behind a comment": b"\xef\xbb\xbf<!-- proxy -->\n<html lang=de>",
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("path", ["g/hp.obo", "g/genes.gtf", "g/phenotype.hpoa"])
def test_a_web_page_is_not_taken_for_a_file(server: Server, tmp_path: Path, path: str, page: str) -> None:
    server.contents["/file"] = PAGES[page]
    fails(tmp_path, resource(server, path), "the download is a web page")
    assert left(tmp_path) == set()


def test_an_empty_file_is_refused(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b""
    fails(tmp_path, resource(server), "the download is empty")


def test_a_part_of_another_address_is_not_gone_on_from(server: Server, tmp_path: Path) -> None:
    server.contents |= {"/file": b"one" * 3000, "/other": b"two" * 3000}
    server.cut_after = [4000, 0, 0]
    fails(tmp_path, resource(server), "given up")
    other = Resource("g/a.txt", f"{server.url}/other", "as_is", None, None, None)
    assert get(tmp_path, other).read_bytes() == b"two" * 3000


def test_passing_trouble_of_the_server_is_waited_for(server: Server, tmp_path: Path) -> None:
    server.contents["/file"], server.statuses = b"x", [503, 429]
    assert get(tmp_path, resource(server)).read_bytes() == b"x"


def test_an_address_that_is_gone_is_told_at_once(server: Server, tmp_path: Path) -> None:
    fails(tmp_path, resource(server), r"the server returned 404 .*; has the file moved\?")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("to", "words", "requests"),
    [
        ("/file", r"redirects more than 30 times; is the address still right\?", 31),
        ("file:///etc/hostname", r"one that it redirects to, is not valid: .*file:///etc/hostname'$", 1),
    ],
)
def test_a_redirect_that_leads_nowhere_is_not_followed_again(
    server: Server, tmp_path: Path, to: str, words: str, requests: int
) -> None:
    server.contents["/file"], server.redirect, server.most = b"x", to, 31
    fails(tmp_path, resource(server), words)
    assert len(server.asked) == requests


def test_a_download_that_cannot_be_written_is_not_repeated(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server.contents["/file"] = b"x"
    monkeypatch.setattr(download, "_copy", full)
    fails(tmp_path, resource(server), r"a\.txt\.partial: cannot be written: No space left on device")
    assert len(server.asked) == 1


def test_no_server_at_all_is_told_after_the_attempts(tmp_path: Path, server: Server) -> None:
    nowhere = Resource("g/a.txt", "http://127.0.0.1:9/file", "as_is", None, None, None)
    fails(tmp_path, nowhere, "given up after 3 attempts: .*refused")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"md5": "0" * 32}, f"md5 {hashlib.md5(b'x' * 50).hexdigest()}, expected 0000"),
        ({"sha256": "0" * 64}, "sha256 .*, expected 0000"),
        ({"bytes": 51}, "offers 50 bytes, expected 51"),
    ],
)
def test_a_file_that_is_not_the_one_expected_is_refused(
    server: Server, tmp_path: Path, known: dict[str, Any], words: str
) -> None:
    server.contents["/file"] = b"x" * 50
    fails(tmp_path, resource(server, **known), words)
    assert left(tmp_path) == set()
    assert not (tmp_path / "checksums.json").exists()


def test_the_md5_that_the_server_states_is_held_against_the_file(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 50
    stated = base64.b64encode(hashlib.md5(b"y").digest()).decode()
    server.headers["x-goog-hash"] = f"crc32c=AAAAAA==,md5={stated}"
    fails(tmp_path, resource(server), "damaged in transfer")
    right = base64.b64encode(hashlib.md5(b"x" * 50).digest()).decode()
    server.headers["x-goog-hash"] = f"crc32c=AAAAAA==,md5={right}"
    get(tmp_path, resource(server))


def test_a_second_run_fetches_nothing_and_tells_a_file_that_changed(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 50
    path = get(tmp_path, resource(server))
    assert get(tmp_path, resource(server)) == path
    assert len(server.asked) == 1
    path.write_bytes(b"y" * 50)
    with pytest.raises(DownloadError, match=r"it has changed since"):
        get(tmp_path, resource(server))
    assert path.read_bytes() == b"y" * 50


def test_a_file_of_unknown_origin_and_one_of_another_address_are_told(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 50
    path = get(tmp_path, resource(server))
    moved = Resource("g/a.txt", f"{server.url}/moved", "as_is", None, "0" * 32, None)
    with pytest.raises(DownloadError, match=r"(?s)it was downloaded from .*made from a file with md5"):
        get(tmp_path, moved)
    (tmp_path / "checksums.json").unlink()
    with pytest.raises(DownloadError, match="has no record of its origin"):
        get(tmp_path, resource(server))
    assert path.exists()


def test_a_file_that_changed_at_its_address_is_told(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 50
    get(tmp_path, resource(server)).unlink()
    server.contents["/file"] = b"y" * 50
    fails(tmp_path, resource(server), "(?s)recorded .* on .*has changed since")


@pytest.mark.parametrize("trailing", [b"", b"\0\0\0", b"an index that is no gzip"])
def test_a_gzip_fasta_becomes_bgzip_with_its_indices(server: Server, tmp_path: Path, trailing: bytes) -> None:
    sent = gzip.compress(FASTA[:9000]) + gzip.compress(FASTA[9000:]) + trailing
    server.contents["/file"] = sent
    path = get(tmp_path, resource(server, "g/a.fa.gz", "fasta", md5=hashlib.md5(sent).hexdigest()))
    assert files.problem(path) is None
    assert files.compression(path) == "bgzip"
    assert left(tmp_path) == {"a.fa.gz", "a.fa.gz.fai", "a.fa.gz.gzi"}
    with pysam.FastaFile(str(path)) as fasta:
        assert fasta.fetch("chr1", 6400, 6416) == SEQUENCE[:16].decode()
    assert gzip.decompress(path.read_bytes()) == FASTA
    entry = record(tmp_path)
    assert entry["sha256"] == hashlib.sha256(sent).hexdigest()
    assert entry["on_disk"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert get(tmp_path, resource(server, "g/a.fa.gz", "fasta")) == path


@pytest.mark.parametrize("form", ["plain", "gzip", "bgzip"])
def test_a_vcf_becomes_bgzip_with_its_index(server: Server, tmp_path: Path, form: str) -> None:
    (tmp_path / "x.vcf").write_bytes(VCF)
    pysam.tabix_compress(str(tmp_path / "x.vcf"), str(tmp_path / "x.vcf.gz"))
    forms = {"plain": VCF, "gzip": gzip.compress(VCF), "bgzip": (tmp_path / "x.vcf.gz").read_bytes()}
    server.contents["/file"] = forms[form]
    path = get(tmp_path, resource(server, "g/a.vcf.gz", "vcf"))
    assert left(tmp_path) == {"a.vcf.gz", "a.vcf.gz.tbi"}
    with pysam.VariantFile(str(path)) as sites:
        assert [r.info["AF"] for r in sites.fetch("chr1", 0, 10)] == [(0.5,)]


@pytest.mark.parametrize(
    ("path", "make", "sent", "words"),
    [
        ("g/a.gtf.gz", "as_is", b"<html>log in</html>", "not a gzip file"),
        ("g/a.fa.gz", "fasta", b"<html>log in</html>", "not FASTA"),
        ("g/a.vcf.gz", "vcf", gzip.compress(b"nothing", mtime=0), "not VCF"),
        ("g/a.fa.gz", "fasta", gzip.compress(FASTA, mtime=0)[:-20], "truncated"),
        ("g/a.vcf.gz", "vcf", VCF.replace(b"\t5\t", b"\tfive\t"), "cannot be indexed"),
    ],
)
def test_a_download_of_another_kind_is_refused(
    server: Server, tmp_path: Path, path: str, make: str, sent: bytes, words: str
) -> None:
    server.contents["/file"] = sent
    fails(tmp_path, resource(server, path, make), words)
    assert not [name for name in left(tmp_path) if ".partial" not in name]


def test_a_run_killed_while_compressing_needs_no_second_download(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.contents["/file"] = gzip.compress(FASTA)

    def killed(path: Path) -> Iterator[bytes]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inputs_resources, "decompressed", killed)
        with pytest.raises(KeyboardInterrupt):
            get(tmp_path, resource(server, "g/a.fa.gz", "fasta"))
    get(tmp_path, resource(server, "g/a.fa.gz", "fasta"))
    assert len(server.asked) == 1


def test_jobs_side_by_side_all_leave_their_record(server: Server, tmp_path: Path) -> None:
    server.contents["/file"] = b"x" * 50
    wanted = [resource(server, f"g/{name}.txt") for name in "abcdefgh"]
    threads = [threading.Thread(target=get, args=(tmp_path, one)) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    entries = json.loads((tmp_path / "checksums.json").read_text())
    assert [entry["file"] for entry in entries] == [f"g/{name}.txt" for name in "abcdefgh"]


def test_progress_says_megabytes_rate_and_time_left() -> None:
    assert download.progress(5_000_000, 10_000_000, 1_000_000) == "5.0 of 10.0 MB (50%), 1.0 MB/s, 5 s left"
    assert download.progress(5_000_000, None, 1_000_000) == "5.0 MB, 1.0 MB/s"


def test_every_fault_of_the_configuration_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "resources.yaml"
    path.write_text(
        "resuorces: here\nfiles:\n"
        "  - {path: a.txt, url: 'http://x/a', make: as_is, title: A, licence: free}\n"
        "  - {path: a.txt, url: 'http://x/a', make: as_is, title: A, licence: free}\n"
        "  - {path: a.fa, url: 'http://x/a', make: fasta, title: A, licence: free}\n"
        "models: [splicai, spliceai]\nattempts: 0\n"
    )
    with pytest.raises(InputError) as caught:
        inputs_resources.load(path)
    told = [str(fault).removeprefix(f"{path}: ") for fault in caught.value.faults]
    assert told == [
        "line 1: resuorces: unknown key; did you mean resources?",
        "line 4: files[1].path: a.txt is listed twice; use unique paths",
        "line 5: files[2].path: a.fa does not end in .fa.gz or .fasta.gz, as make: fasta needs",
        "line 6: models[0]: unknown model splicai; did you mean spliceai?",
        "line 6: models[1]: the licence of spliceai, CC BY-NC 4.0, is not accepted; read the terms, and if they "
        "allow your use add spliceai to licences.accepted",
        "line 7: attempts: must be at least 1, found 0; consecutive failed attempts allowed",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("path", "../a"),
        ("path", "/a"),
        ("url", "ftp://x/a"),
        ("url", "file:///a"),
        ("md5", "abc"),
        ("bytes", 0),
    ],
)
def test_a_value_that_cannot_be_used_is_told(tmp_path: Path, name: str, value: Any) -> None:
    entry = {"path": "a", "url": "http://x/a", "make": "as_is", "title": "A", "licence": "free"}
    path = tmp_path / "resources.yaml"
    path.write_text(yaml.safe_dump({"files": [entry | {name: value}]}))
    with pytest.raises(InputError, match=rf"files\[0\]\.{name}: "):
        inputs_resources.load(path)


# The shipped configurations ---------------------------------------------------------------------------------


@pytest.fixture(params=["GRCh38", "GRCh37"])
def build(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return str(request.param)


def accepted(name: str) -> Path:
    """A shipped configuration whose user has accepted the licence of the weights."""
    text = (ROOT / "config" / name).read_text()
    assert "accepted: []" in text
    Path(name).write_text(text.replace("accepted: []", "accepted: [spliceai]"))
    return Path(name)


def test_the_shipped_resources_are_those_of_the_shipped_configuration(build: str) -> None:
    wanted = inputs_resources.load(accepted(f"resources.{build}.yaml"))
    parsed = preflight_run.gather(ROOT / f"config/{build}.yaml").settings
    named = [parsed.genome.fasta, parsed.genome.annotation, parsed.filter.frequency.population_vcf]
    assert [wanted.folder / one.path for one in wanted.files] == named
    assert [one.make for one in wanted.files] == ["fasta", "as_is", "vcf"]
    assert wanted.folder == parsed.resources
    assert wanted.models == tuple(model.name for model in parsed.models)
    assert parsed.genome.build == build


def test_only_files_are_missing_from_the_shipped_configuration(build: str) -> None:
    with pytest.raises(InputError, match="licence of spliceai is not accepted"):
        preflight_run.load(ROOT / f"config/{build}.yaml")
    with pytest.raises(InputError) as caught:
        preflight_run.load(accepted(f"{build}.yaml"))
    told = [fault.message for fault in caught.value.faults]
    assert len(told) == 4
    assert all("no such file" in words.lower() for words in told), told


def test_the_shipped_configuration_loads_once_the_files_are_there(build: str, tmp_path: Path) -> None:
    parsed = preflight_run.gather(ROOT / f"config/{build}.yaml").settings
    sites = parsed.filter.frequency.population_vcf
    assert sites is not None
    for path, content in ((parsed.genome.fasta, FASTA), (parsed.genome.annotation, GTF), (sites, VCF)):
        path.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain").write_bytes(content)
        pysam.tabix_compress("plain", str(path), force=True)
    (tmp_path / "p.vcf").write_bytes(VCF)
    (tmp_path / "my_samples.tsv").write_text("sample\tvcf\nP1\tp.vcf\n")
    loaded, samples = preflight_run.load(accepted(f"{build}.yaml"))
    assert [sample.name for sample in samples] == ["P1"]
    resolved = deep_check(loaded, samples)
    assert [one.sample for one in resolved] == ["P1"]


def test_nothing_of_the_demonstration_is_in_the_shipped_configuration(build: str) -> None:
    text = (ROOT / f"config/{build}.yaml").read_text()
    assert "demo" not in text.lower()
    assert "synthetic" not in text.lower()
    given = preflight_run.gather(ROOT / f"config/{build}.yaml").settings.plain
    default = Settings(genome={"build": "synthetic", "fasta": "-", "annotation": "-"}).plain
    own = {"samples", "work", "genome", "resources_per_job", "filter", "report"}
    assert {name for name in given if given[name] != default[name]} == own
    given["filter"].pop("frequency")
    default["filter"].pop("frequency")
    assert given["filter"] == default["filter"]


def snakemake(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "workflow/resources.smk"), "--cores", "2"]
    command += ["--workflow-profile", "none", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_the_workflow_fetches_then_checks_then_tells(server: Server, tmp_path: Path) -> None:
    server.contents |= {"/genome": gzip.compress(FASTA), "/sites": VCF}
    common = {"title": "x", "licence": "free"}
    entries = [
        {"path": "g/a.fa.gz", "url": f"{server.url}/genome", "make": "fasta", **common},
        {"path": "g/a.vcf.gz", "url": f"{server.url}/sites", "make": "vcf", **common},
    ]
    given = {"files": entries, "licences": {"accept": []}}
    (tmp_path / "resources.yaml").write_text(yaml.safe_dump(given, sort_keys=False))
    for _ in range(2):
        run = snakemake(tmp_path, "--configfile", "resources.yaml")
        assert run.returncode == 0, run.stderr
        assert (
            run.stderr.count("resources.yaml: line 13: licences.accept is now called licences.accepted") == 1
        )
    assert len(server.asked) == 2
    there = {path.name for path in (tmp_path / "resources/g").iterdir()}
    assert there == {"a.fa.gz", "a.fa.gz.fai", "a.fa.gz.gzi", "a.vcf.gz", "a.vcf.gz.tbi"}
    (tmp_path / "resources/g/a.vcf.gz").write_bytes(b"changed")
    run = snakemake(tmp_path, "--configfile", "resources.yaml")
    assert run.returncode != 0
    assert "it has changed since" in run.stderr
    assert "Traceback" not in run.stderr
    assert (tmp_path / "resources/g/a.vcf.gz").read_bytes() == b"changed"


def test_the_workflow_without_a_configuration_says_what_to_give(tmp_path: Path) -> None:
    run = snakemake(tmp_path)
    assert run.returncode != 0
    assert "--configfile config/resources.GRCh38.yaml" in run.stderr
