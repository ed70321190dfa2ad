"""Links from a candidate to public resources, by its locus, allele, gene, transcript or known entry.

A link is text: nothing is fetched by the report, and a page is requested only when a reader opens it. Each address
carries no more than its resource needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from landfall.genome.sequence import ucsc_name
from landfall.ranking.rows import PrioritisedRow

MARGIN = 50
"""Bases on either side of the allele that a genome browser shows."""
ALLELE, LOCUS, GENE, TRANSCRIPT, DISEASE, ENTRY = (
    "position and alleles",
    "position",
    "gene",
    "transcript",
    "disease",
    "ClinVar identifier",
)
"""What an address carries."""
BUILDS: Mapping[str, Mapping[str, str]] = {
    "GRCh38": {
        "hg": "38",
        "ucsc": "hg38",
        "ensembl": "www.ensembl.org",
        "gnomad": "gnomad_r4",
        "chrpos": "chrpos38",
    },
    "GRCh37": {
        "hg": "37",
        "ucsc": "hg19",
        "ensembl": "grch37.ensembl.org",
        "gnomad": "gnomad_r2_1",
        "chrpos": "chrpos37",
    },
}
"""Names of a build in the addresses; a build that is not here has no links, as its positions are unknown elsewhere."""


@dataclass(frozen=True)
class Resource:
    """A public resource; ``address`` is a format string of the fields of :func:`fields`.

    ``builds``: those that the resource supports. Without one of its fields a candidate has no link to it.
    """

    name: str
    sends: str
    address: str
    builds: frozenset[str] = frozenset(BUILDS)


NEW = frozenset({"GRCh38"})
RESOURCES = (
    Resource(
        "gnomAD",
        ALLELE,
        "https://gnomad.broadinstitute.org/variant/{chrom}-{pos}-{ref}-{alt}?dataset={gnomad}",
    ),
    Resource("ClinVar", ENTRY, "https://www.ncbi.nlm.nih.gov/clinvar/variation/{clinvar}/"),
    Resource(
        "ClinVar at this position",
        LOCUS,
        "https://www.ncbi.nlm.nih.gov/clinvar/?term={chrom}%5Bchr%5D+AND+{pos}%5B{chrpos}%5D",
    ),
    Resource(
        "PubMed for the ClinVar entry",
        ENTRY,
        "https://pubmed.ncbi.nlm.nih.gov/?linkname=clinvar_pubmed&from_uid={clinvar}",
    ),
    Resource(
        "SpliceAI-lookup",
        ALLELE,
        "https://spliceailookup.broadinstitute.org/"
        "#variant={chrom}-{pos}-{ref}-{alt}&hg={hg}&distance={distance}&mask={mask}",
    ),
    Resource(
        "DECIPHER",
        ALLELE,
        "https://www.deciphergenomics.org/sequence-variant/{chrom}-{pos}-{ref}-{alt}",
        NEW,
    ),
    Resource(
        "UCSC",
        LOCUS,
        "https://genome.ucsc.edu/cgi-bin/hgTracks?db={ucsc}&position=chr{chrom}%3A{start}-{end}",
    ),
    Resource(
        "Ensembl", LOCUS, "https://{ensembl}/Homo_sapiens/Location/View?r={ensembl_chrom}%3A{start}-{end}"
    ),
    Resource("OMIM disease", DISEASE, "https://omim.org/entry/{omim}"),
    Resource("OMIM gene", GENE, "https://omim.org/search?search={gene}"),
    Resource("GTEx", GENE, "https://gtexportal.org/home/gene/{gene}"),
    Resource(
        "PanelApp (Genomics England)", GENE, "https://panelapp.genomicsengland.co.uk/panels/entities/{gene}"
    ),
    Resource("PanelApp (Australia)", GENE, "https://panelapp-aus.org/panels/entities/{gene}"),
    Resource("RefSeq", TRANSCRIPT, "https://www.ncbi.nlm.nih.gov/nuccore/{refseq}"),
    Resource("Ensembl transcript", TRANSCRIPT, "https://{ensembl}/Homo_sapiens/Transcript/Summary?t={enst}"),
)


@dataclass(frozen=True)
class Link:
    """A link with the resource's name and what its address carries."""

    name: str
    address: str
    sends: str


def fields(row: PrioritisedRow, build: str, splice: Mapping[str, Any]) -> dict[str, str]:
    """The values that addresses are made from, quoted; one that the row lacks is absent.

    ``splice``: ``distance`` and ``mask`` of the first splice model. Positions are 1-based inclusive.
    """
    chrom = ucsc_name(row["chrom"]).removeprefix("chr")
    found = {
        "chrom": chrom,
        "ensembl_chrom": "MT" if chrom == "M" else chrom,
        "pos": row["pos"],
        "start": max(1, row["pos"] - MARGIN),
        "end": row["pos"] + len(row["ref"]) - 1 + MARGIN,
        "ref": row["ref"],
        "alt": row["alt"],
        "gene": row["gene"],
        "clinvar": _first(r"^(\d+)\b", row["clinvar"]),
        "omim": _first(r"\bOMIM:(\d+)\b", row["phenotype_disease"]),
        "refseq": _first(r"^(N[MR]_\d+\.\d+)$", row["transcript"])
        or _first(r"^(N[MR]_\d+\.\d+):", row["hgvs_c_refseq"]),
        "enst": _first(r"^(ENST\d+)\b", row["transcript"]),
        **splice,
        **BUILDS[build],
    }
    return {name: quote(str(value), safe="") for name, value in found.items() if value not in (None, "")}


def outward(row: PrioritisedRow, build: str, splice: Mapping[str, Any]) -> list[Link]:
    """The candidate's links, in the order of RESOURCES; none for a build without names elsewhere."""
    if build not in BUILDS:
        return []
    values = fields(row, build, splice)
    return [
        Link(resource.name, resource.address.format(**values), resource.sends)
        for resource in RESOURCES
        if build in resource.builds and set(re.findall(r"{(\w+)}", resource.address)) <= set(values)
    ]


def note(links: Sequence[Link]) -> str:
    """What leaves the building when a link is opened."""
    carried = {
        sends: ", ".join(link.name for link in links if link.sends == sends) for sends in _kinds(links)
    }
    sent = "; ".join(f"{sends} to {names}" for sends, names in carried.items())
    return (
        "Nothing is requested until a link is opened. It then sends, with your network address and no name of the "
        f"patient, sample or report: {sent}."
    )


def _kinds(links: Sequence[Link]) -> list[str]:
    return list(dict.fromkeys(link.sends for link in links))


def _first(pattern: str, text: str | None) -> str | None:
    found = re.search(pattern, text or "")
    return found[1] if found else None
