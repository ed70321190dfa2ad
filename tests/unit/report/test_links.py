"""Links to public resources: what each carries, for both builds, and that none is there unless wanted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from landfall.config.interpretation import Report
from landfall.ranking.rows import PrioritisedRow
from landfall.report.build import build
from landfall.report.case import links
from tests.unit.report import report_example as example

SPLICE = {"distance": 500, "mask": 1}
CFTR = example.row(
    chrom="chr7",
    pos=117_639_961,
    ref="C",
    alt="T",
    gene="CFTR",
    transcript="ENST00000003084.11",
    hgvs_c_refseq="NM_000492.4:c.3718-2477C>T",
    clinvar="7166 Pathogenic",
    phenotype_disease="Cystic fibrosis (OMIM:219700)",
)


def addresses(row: dict[str, Any], build: str = "GRCh38") -> dict[str, str]:
    return {link.name: link.address for link in links.outward(cast(PrioritisedRow, row), build, SPLICE)}


def page(**report: Any) -> str:
    inputs = example.full()
    settings = {**example.PROVENANCE["settings"], "report": report, "models": [{"distance": 500}]}
    return build(replace(inputs, provenance={**inputs.provenance, "settings": settings}))


@pytest.mark.parametrize("build", sorted(links.BUILDS))
def test_every_address_is_complete(build: str) -> None:
    found = addresses(CFTR, build)
    assert set(found) == {resource.name for resource in links.RESOURCES if build in resource.builds}
    for address in found.values():
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert "." in parts.netloc
        assert not re.search(r"[{}\s<>\"']|None", address)


def test_addresses_name_the_build_distance_and_mask() -> None:
    new, old = addresses(CFTR), addresses(CFTR, "GRCh37")
    assert new["gnomAD"] == "https://gnomad.broadinstitute.org/variant/7-117639961-C-T?dataset=gnomad_r4"
    assert old["gnomAD"].endswith("?dataset=gnomad_r2_1")
    assert new["SpliceAI-lookup"].endswith("#variant=7-117639961-C-T&hg=38&distance=500&mask=1")
    assert new["ClinVar"].endswith("/variation/7166/")
    assert parse_qs(urlsplit(old["ClinVar at this position"]).query)["term"] == [
        "7[chr] AND 117639961[chrpos37]"
    ]
    assert parse_qs(urlsplit(new["UCSC"]).query) == {"db": ["hg38"], "position": ["chr7:117639911-117640011"]}
    assert urlsplit(old["Ensembl"]).netloc == "grch37.ensembl.org"
    assert new["OMIM disease"].endswith("/219700")
    assert new["RefSeq"].endswith("/NM_000492.4")
    assert "DECIPHER" in new
    assert "DECIPHER" not in old


def test_a_value_that_is_absent_has_no_link() -> None:
    without = addresses({**CFTR, "clinvar": None, "phenotype_disease": None, "hgvs_c_refseq": None})
    assert set(addresses(CFTR)) - set(without) == {
        "ClinVar",
        "PubMed for the ClinVar entry",
        "OMIM disease",
        "RefSeq",
    }


def test_the_mitochondrial_contig_has_the_name_that_each_resource_uses() -> None:
    for name in ("chrM", "MT", "M", "chrMT"):
        found = addresses({**CFTR, "chrom": name})
        assert "/variant/M-117639961-" in found["gnomAD"]
        assert "r=MT%3A" in found["Ensembl"]


def test_a_contig_by_its_accession_is_the_chromosome() -> None:
    assert addresses({**CFTR, "chrom": "NC_000007.14"}) == addresses(CFTR)


def test_a_hostile_name_stays_within_its_address() -> None:
    found = addresses({**CFTR, "gene": 'A"><script>/../?x=1#'})
    assert found["GTEx"].endswith("/gene/A%22%3E%3Cscript%3E%2F..%2F%3Fx%3D1%23")


def test_a_synthetic_build_has_no_links() -> None:
    assert addresses(CFTR, "synthetic") == {}


def test_no_report_has_links_unless_configured() -> None:
    assert Report().links is False
    assert "https://gnomad" not in page()


def test_links_send_no_referrer_and_state_what_they_send() -> None:
    html = page(links=True)
    outward = re.findall(r'<a href="https://(?:gnomad|genome\.ucsc|gtex)[^>]*>', html)
    assert len(outward) >= 3
    assert all('rel="noopener noreferrer"' in anchor for anchor in outward)
    assert "Nothing is requested until a link is opened." in html
    assert "position and alleles to gnomAD, SpliceAI-lookup, DECIPHER" in html
