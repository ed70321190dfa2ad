"""The same calls in every dialect give the same alleles, fates and columns; real files of many callers pass through."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pysam
import pytest

from landfall.config.filters import Filter
from landfall.genome.intervals import Region, Regions
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.io import files, parquet
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.phasing import in_family
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS
from landfall.testing.dialects import WRITERS, Seen, Site
from landfall.variants import vcf_header
from landfall.variants.filters.frequency import limit
from landfall.variants.filters.ledger import combine
from landfall.variants.filters.location import Places
from landfall.variants.filters.pipeline import screen
from landfall.variants.known_sites import Alleles
from landfall.variants.normalise import normalise
from landfall.variants.population_frequency import Sources
from landfall.variants.tables import DECISIONS, LEDGER, NORMALISED, VARIANTS
from landfall.variants.vcf import VariantFileError

SEQUENCE = builders.bases(20_000, 7)


class Passed(NamedTuple):
    """What normalise and filter make of a file: alleles that go on, all in their spelling, and the ledger."""

    variants: pa.Table
    normalised: pa.Table
    ledger: pa.Table

    def rules(self) -> Counter[str]:
        return Counter(self.ledger["rule"].to_pylist())


def passed(
    path: Path, sample: str | None, genome: Genome, folder: Path, limits: Filter = THRESHOLDS
) -> Passed:
    """Normalise and filter a file, every contig a candidate region; conservation is asserted."""
    alleles, ledger, repeats = (folder / f"{name}.parquet" for name in ("alleles", "ledger", "repeats"))
    normalise(path, sample, genome, alleles, ledger, repeats, (), 1.0)
    everywhere = Regions([Region(name, 0, length, "GENE") for name, length in genome.lengths.items()])
    whole = parquet.read(NORMALISED, alleles)
    screened = screen(whole, limits, Places(everywhere), genome, "GRCh38")
    source = Sources(limits.frequency)
    found = source.look_up(Alleles.of(screened.alleles, genome), genome)
    limited = limit(screened.alleles, source.complete(screened.alleles, found), limits, "GRCh38")
    decided = pd.concat([screened.decisions, limited.decisions])[DECISIONS.names]
    stages = [
        parquet.read(DECISIONS, repeats),
        pa.Table.from_pandas(decided, DECISIONS.schema, preserve_index=False),
    ]
    combine(ledger, stages, ledger)
    accounts = parquet.read(LEDGER, ledger)
    statuses = Counter(accounts["status"].to_pylist())
    assert statuses["kept"] == len(limited.alleles)
    assert sum(statuses.values()) == accounts.num_rows == statuses["kept"] + statuses["dropped"]
    variants = pa.Table.from_pandas(limited.alleles[VARIANTS.names], preserve_index=False)
    return Passed(parquet.check(VARIANTS, variants), whole, accounts)


# --- one patient in every dialect ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), {"chr1": SEQUENCE})


GENOTYPES = ((0, 1), (0, 1), (0, 1), (1, 1), (0, 0), (-1, -1))
OF_TWO = ((1, 2), (1, 2), (1, 2), (0, 2), (0, 1), (2, 2), (0, 0))


def sites(seed: int) -> list[Site]:
    """Calls 20 bases apart, of one or two alternates; reads as the genotype has them, some few or out of balance."""
    dice = random.Random(seed)
    found = []
    for pos in range(100, 1500, 20):
        ref = SEQUENCE[pos - 1]
        others = dice.sample(
            [base for base in "ACGT" if base != ref] + [ref + "GATTACA"], dice.choice([1, 1, 2])
        )
        names = dice.choice(GENOTYPES if len(others) == 1 else OF_TWO)
        reads = [0] * (len(others) + 1)
        for name in set(names) - {-1}:
            reads[name] = dice.choice([2, 9, 14, 15, 16, 30])
        found.append(
            Site("chr1", pos, ref, tuple(others), (Seen(names, tuple(reads), dice.choice([5, 99])),))
        )
    return found


def meaning(result: Passed) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Alleles with what their calls mean, and status and rule of each; whatever the record and the spelling of GT."""
    columns = [*ALLELE, "zygosity", "depth", "genotype_quality", "allele_balance"]
    frame = result.normalised.to_pandas().sort_values(list(ALLELE))[columns].reset_index(drop=True)
    frame["zygosity"] = frame["zygosity"].replace("uncalled", "absent")
    lacking = frame["zygosity"] == "absent"
    frame.loc[lacking, ["depth", "genotype_quality", "allele_balance"]] = np.nan
    statuses = {row["variant"]: (row["status"], row["rule"]) for row in result.ledger.to_pylist()}
    return frame, statuses


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 8))])
def test_one_patient_in_every_dialect(tmp_path, genome, seed):
    found = {}
    for dialect, write in WRITERS.items():
        path = tmp_path / "in.vcf"
        records = [line for site in sites(seed) for line in write(site)]
        path.write_text(builders.vcf_text(records, genome.lengths, ["P"]))
        found[dialect] = meaning(passed(path, "P", genome, tmp_path))
    frame, statuses = found["GATK"]
    assert {"kept", "dropped"} == {status for status, _ in statuses.values()}
    for dialect, (other, others) in found.items():
        pd.testing.assert_frame_equal(other, frame, check_dtype=False, obj=dialect)
        assert others == statuses, dialect


# --- the field's cases ---------------------------------------------------------------------------------------------


def test_a_record_without_a_genotype_is_kept_where_it_shows_reads_of_the_allele(tmp_path, genome):
    """Strelka's somatic indels; a genotype that is written, but missing, is still no call."""
    layout = "DP:TAR:TIR"
    texts = [(layout, "30:20,21:10,11"), (layout, "30:30,31:0,0"), (f"GT:{layout}", ".:30:20,21:10,11")]
    contig, sequence = next(iter(genome.lengths)), genome.fetch(next(iter(genome.lengths)), 0, 5000)
    records = [
        f"{contig} {pos} . {sequence[pos - 1]} {'C' if sequence[pos - 1] == 'A' else 'A'} 50 PASS . {' '.join(text)}"
        for pos, text in zip((1000, 2000, 3000), texts, strict=True)
    ]
    path = tmp_path / "somatic.vcf"
    path.write_text(builders.vcf_text(records, genome.lengths, ["kid"]))
    found = passed(path, "kid", genome, tmp_path)
    assert found.normalised["zygosity"].to_pylist() == ["unknown", "uncalled", "uncalled"]
    assert found.variants["pos"].to_pylist() == [1000]


@pytest.fixture(scope="module")
def loci(shared_data: Path) -> Genome:
    return Genome(shared_data / "loci" / "GRCh38.fa.gz")


def case(shared_data: Path, loci: Genome, folder: Path, name: str) -> Passed:
    return passed(shared_data / "field_cases" / name, "kid", loci, folder)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name", ["multi_joined.vcf", "multi_split_bcftools.vcf", "multi_split_vt.vcf", "star_comp_split.vcf"]
)
def test_a_call_of_two_alleles_is_kept_in_trans(shared_data, loci, tmp_path, name):
    result = case(shared_data, loci, tmp_path, name)
    one, other = result.variants.to_pylist()
    assert {one["zygosity"], other["zygosity"]} == {"heterozygous"}
    assert [one["allele_balance"], other["allele_balance"]] == [0.5, 0.5]
    assert in_family(one, other, Family("kid", "unknown", "GRCh38")).phase == "trans"


@pytest.mark.shared_data
def test_every_level_of_heteroplasmy_is_kept_and_shown(shared_data, tmp_path):
    mt = shared_data / "field_cases" / "mt"
    fasta = shutil.copyfile(mt / "m.fa", tmp_path / "m.fa")
    pysam.faidx(str(fasta))
    result = passed(mt / "m.vcf", "kid", Genome(fasta), tmp_path)
    levels = [round(row["heteroplasmy"], 3) for row in result.variants.to_pylist()]
    assert levels == [0.998, 0.9, 0.1, 0.5, 0.998, 0.998, 0.167]


@pytest.mark.shared_data
def test_calls_on_x_of_a_male_are_kept(shared_data, loci, tmp_path):
    result = case(shared_data, loci, tmp_path, "t1.vcf")
    assert result.rules() == {"normalised": 11}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["int_gqfloat_solo.vcf", "blank.vcf", "trio44.vcf", "fb3.vcf"])
def test_an_unusual_file_is_read(shared_data, loci, tmp_path, name):
    result = case(shared_data, loci, tmp_path, name)
    assert set(result.rules()) == {"normalised"}
    first = result.variants.to_pylist()[0]
    assert first["genotype"] == ("1/1" if name == "trio44.vcf" else "0/1")
    assert (first["depth"], first["allele_balance"]) == (30, 1.0 if name == "trio44.vcf" else 0.5)


@pytest.mark.shared_data
def test_vcf_44_means_what_43_means(shared_data, loci, tmp_path):
    new, old = (case(shared_data, loci, tmp_path, f"trio{version}.vcf") for version in (44, 43))
    assert new.variants.equals(old.variants)


@pytest.mark.shared_data
def test_a_sample_named_twice_is_refused_with_its_line(shared_data, loci, tmp_path):
    with pytest.raises(VariantFileError, match=r"dupname\.vcf: line \d+: the sample kid is named 2 times"):
        case(shared_data, loci, tmp_path, "dupname.vcf")


# --- real files of many callers ------------------------------------------------------------------------------------

REAL = Path(__file__).resolve().parents[5] / "shared" / "data" / "vcfs"


@pytest.mark.shared_data
@pytest.mark.parametrize("path", sorted(REAL.glob("*.vcf*")), ids=lambda path: path.name)
def test_a_real_file_passes_with_every_allele_accounted_for(loci, tmp_path, capsys, path):
    """The reference holds loci only, so that most REF disagree; the build is not assessed here."""
    samples = vcf_header.vcf_header(path).samples
    result = passed(path, samples[0] if samples else None, loci, tmp_path)
    alleles = sum(len(line.split("\t", 5)[4].split(",")) for line in _lines(path) if not line.startswith("#"))
    assert result.ledger.num_rows == alleles
    with capsys.disabled():
        told = ", ".join(f"{rule} {number}" for rule, number in result.rules().most_common())
        print(f"\n{path.name}: {alleles} alleles: {told}")


def _lines(path: Path) -> list[str]:
    with files.opened(path) as handle:
        return [line.decode("latin-1").rstrip("\n") for line in handle if line.strip()]
