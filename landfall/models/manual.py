"""Documentation of the models: docs/models.md, written by ``python -m landfall.stages.manuals``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from landfall.io import markdown
from landfall.models.catalogue import SPLICE_MODELS, TRACK_MODELS
from landfall.models.info import FetchedFile, ModelInfo

HEAD = """# Models

Generated from the declarations of the models by `python -m landfall.stages.manuals`.

## Licences

landfall fetches the weights of splice models itself; those of regulatory track models the user fetches.
They come from the package index or from a public repository at a commit. Files that already lie in
`<resources>/weights/<name>/` are taken once their SHA-256 is checked, so that a machine without internet access
needs no download.
`licences.use: commercial` in the configuration leaves out every model whose weights are not free for commercial use.
GPL-3.0 sets no condition on use, commercial or not; its terms concern those who distribute the weights, which
landfall does not.
"""
FILES = """
## Files of the regulatory track models

A table of tracks that lies beside the weights under one of these names is taken if `targets` names none; the other
files are read where they lie there.
"""


def manual() -> str:
    """The whole document, Markdown."""
    infos = [spec.info for spec in (*SPLICE_MODELS, *TRACK_MODELS)]
    licences = markdown.table(
        ("weights", "name", "fetched", "licence", "commercial use", "publication"), map(_licence, infos)
    )
    files = markdown.table(
        ("network", "weights, one of", "table of tracks", "beside the weights"),
        (
            (
                f"`{spec.name}`",
                _files(spec.info.fetched),
                _files(spec.info.targets) + (" (needed)" if spec.needs_targets else ""),
                _files(spec.info.beside) + (" (for the classes of sequence)" if spec.has_classes else ""),
            )
            for spec in TRACK_MODELS
        ),
    )
    return "\n".join([HEAD, licences, FILES.lstrip("\n"), files])


def _licence(info: ModelInfo) -> Sequence[str]:
    size = sum(file.size for file in info.weights) / 1e6
    fetched = f"by landfall, {size:.0f} MB" if info.weights else "by you"
    licence = f"[{info.licence.name}]({info.licence.url})"
    return (
        info.title,
        f"`{info.name}`",
        fetched,
        licence,
        "yes" if info.licence.commercial else "no",
        info.citation,
    )


def _files(files: Iterable[FetchedFile]) -> str:
    return ", ".join(
        f"[{file.name}]({file.url})" if file.url.startswith("https") else f"{file.name} ({file.url})"
        for file in files
    )
