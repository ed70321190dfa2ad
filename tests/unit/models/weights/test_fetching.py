"""Weights of a public repository: fetched file by file, or taken where they lie; never the wrong ones."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from landfall.io import download
from landfall.models.info import Licence, ModelInfo, WeightFile, WeightsError
from landfall.models.weights import fetching

FILES = {"one.pt": b"weights of one network", "two.pt": b"weights of another network"}


@dataclass
class Repository:
    """A served folder, and the paths that were requested of it."""

    folder: Path
    url: str = ""
    requested: list[str] = field(default_factory=list)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.setattr(download, "PAUSE", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = Repository(tmp_path / "repository")
    (state.folder / "models").mkdir(parents=True)
    for name, content in FILES.items():
        (state.folder / "models" / name).write_bytes(content)

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words, directory=str(state.folder))

        def do_GET(self) -> None:
            state.requested.append(self.path)
            super().do_GET()

        def log_message(self, *words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join(timeout=5)


def model(repository: str) -> ModelInfo:
    weights = tuple(
        WeightFile(name, f"models/{name}", len(content), hashlib.sha256(content).hexdigest())
        for name, content in FILES.items()
    )
    licence = Licence("GPL-3.0", "https://www.gnu.org/licenses/gpl-3.0.html", True, "Use is free.")
    return ModelInfo("toy", "Toy", "1", "Toy et al.", licence, repository=repository, weights=weights)


def test_weights_of_a_repository_are_fetched_with_their_licence(
    repository: Repository, tmp_path: Path
) -> None:
    fetching.fetch(model(repository.url), tmp_path / "w")
    assert {path.name for path in (tmp_path / "w").iterdir()} == {*FILES, "LICENCE.txt"}
    assert {name: (tmp_path / "w" / name).read_bytes() for name in FILES} == FILES
    assert "GPL-3.0" in (tmp_path / "w" / "LICENCE.txt").read_text()


def test_files_that_lie_there_are_taken_and_only_the_others_fetched(
    repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "one.pt").write_bytes(FILES["one.pt"])
    (tmp_path / "two.pt").write_bytes(FILES["two.pt"][::-1])
    fetching.fetch(model(repository.url), tmp_path)
    assert repository.requested == ["/models/two.pt"], "the altered one"
    assert (tmp_path / "two.pt").read_bytes() == FILES["two.pt"]
    fetching.fetch(model("http://127.0.0.1:9"), tmp_path)
    assert repository.requested == ["/models/two.pt"], "nothing is fetched twice"


def test_a_file_of_another_digest_is_refused_and_removed(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "models" / "one.pt").write_bytes(FILES["one.pt"][::-1])
    with pytest.raises(WeightsError, match=r"models/one\.pt is not the file expected(.|\n)*SHA-256"):
        fetching.fetch(model(repository.url), tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []


def test_a_repository_without_the_file_is_an_error_that_names_the_files_to_put_there(
    repository: Repository, tmp_path: Path
) -> None:
    (repository.folder / "models" / "one.pt").unlink()
    words = r"404(.|\n)*the declaration of Toy, under one\.pt(.|\n)*put one\.pt, two\.pt into "
    with pytest.raises(WeightsError, match=words):
        fetching.fetch(model(repository.url), tmp_path / "w")


def test_a_repository_out_of_reach_is_an_error_after_some_attempts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "PAUSE", 0.001)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(WeightsError, match=r"The weights of Toy cannot be fetched(.|\n)*given up after 5"):
        fetching.fetch(model("http://127.0.0.1:9"), tmp_path / "w")
