"""The public files to download: the configuration of ``workflow/resources.smk``."""

from __future__ import annotations

from typing import Annotated, Literal

from landfall.config.fields import Distinct, Maybe, Number, Section, Whole, key


class PublicFile(Section):
    """one file to fetch"""

    path: str = key(
        "name of the file in that folder; letters, digits, `_`, `.`, `-` and `/`",
        pattern="^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$",
    )
    url: str = key(
        "address of the file, http or https; a proxy is read from the variable `https_proxy`",
        pattern="^https?://[^ ]+$",
    )
    make: Literal["as_is", "fasta", "vcf"] = key(
        "`as_is`; `fasta` or `vcf`, compressed by bgzip if it is not yet, and indexed"
    )
    title: str = key("content of the file", min_length=1)
    licence: str = key("terms of use, and their source", min_length=1)
    bytes: Maybe[Whole] = key("size of the file at the address", None, ge=1)
    md5: Maybe[str] = key("MD5 of the file at the address", None, pattern="^[0-9a-f]{32}$")
    sha256: Maybe[str] = key("SHA-256 of the file at the address", None, pattern="^[0-9a-f]{64}$")


class Licences(Section):
    """terms of use of model weights"""

    accepted: Annotated[tuple[str, ...], Distinct] = key(
        "models whose licence you have read and accept", (), formerly=("licences.accept",)
    )


class Downloads(Section):
    """The files to fetch, and how."""

    resources: str = key(
        "folder for downloads; the same as in the main configuration", "resources", min_length=1
    )
    files: tuple[PublicFile, ...] = key("the files to fetch", min_length=1)
    models: Annotated[tuple[str, ...], Distinct] = key("models whose weights are fetched too", ())
    licences: Licences = Licences()
    attempts: Whole = key(
        "consecutive failed attempts allowed; an attempt that received a megabyte is not counted",
        5,
        ge=1,
        le=100,
    )
    timeout: Number = key("seconds without data after which an attempt fails", 60, gt=0)
