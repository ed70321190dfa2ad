"""Several patients in one run: one without any candidate, one whose only candidates cannot be scored."""

from __future__ import annotations

import json

import pytest

from tests.workflow.accounts import alleles_of, assert_conserved
from tests.workflow.runner import (
    CONTRACT,
    PROBAND,
    Run,
    finished,
    merged,
    model,
    prepare,
    quick_config,
    write_vcf,
)

HEADER = ["##fileformat=VCFv4.2"]
COLUMNS = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]


def long_deletion() -> list[str]:
    """The demo's deletion that is too long for SpliceAI: chromosome, position, identifier, REF, ALT."""
    (found,) = [a for a in alleles_of(PROBAND) if 1000 < len(a[2]) < 2000 and a[3][0] != "<"]
    chrom, pos, ref, alt = found
    return [chrom, str(pos), ".", ref, alt]


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("kinds")
    call = ["50", "PASS", ".", "GT:DP:GQ", "0/1:30:99"]
    write_vcf(
        folder / "none.vcf", HEADER, [[*COLUMNS, "FORMAT", "KID"], ["chr1", "632", ".", "T", "C", *call]]
    )
    write_vcf(
        folder / "unscorable.vcf",
        HEADER,
        [
            [*COLUMNS],
            [*long_deletion(), "50", "PASS", "."],
            ["chr1", "632", ".", "T", "<DEL>", ".", ".", "."],
        ],
    )
    rows = [{"sample": name, "vcf": str(folder / f"{name}.vcf")} for name in ("none", "unscorable")]
    return finished(prepare(folder, merged(quick_config(), {"models": model(shards=1)}), *rows))


@pytest.mark.parametrize("sample", ["none", "unscorable"])
def test_every_file_is_there_and_every_allele_accounted_for(family: Run, sample: str) -> None:
    files = sorted(path.name for path in (family.folder / "results" / sample).iterdir())
    assert files == sorted(CONTRACT)
    assert_conserved(family, family.folder / f"{sample}.vcf", sample)
    assert json.loads(family.result("provenance.json", sample).read_text())["sample"] == sample


def test_no_candidate_is_a_result(family: Run) -> None:
    assert family.table("prioritised", "none").empty
    assert family.table("outcomes", "none").empty
    assert list(family.table("ledger", "none")["status"]) == ["dropped"]
    assert family.result("prioritised.tsv", "none").read_text().startswith("rank\tchrom\tpos\tref\talt\tgene")
    assert "</html>" in family.result("report.html", "none").read_text()


def test_a_candidate_that_no_model_scores_stays_with_its_reason(family: Run) -> None:
    table = family.table("prioritised", "unscorable")
    assert list(table["status"]) == ["not_scored"]
    assert table.loc[0, "reason"]
    assert not table.loc[0, "flagged"]
    ledger = family.table("ledger", "unscorable")
    assert list(ledger["status"]) == ["not_scored", "dropped"]
    assert ledger.loc[0, "rule"] == table.loc[0, "reason"]
