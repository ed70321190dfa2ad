"""Normalising and filtering: order of the records, names of the contigs and how the work is cut change nothing."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from landfall.audit.preflight import run as preflight_run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Normalise
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.io import external_sort, parquet
from landfall.stages.variants import filter as variants_filter
from landfall.stages.variants import normalise
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS
from landfall.variants import vcf as variants_vcf
from landfall.variants.filters.ledger import combine
from landfall.variants.tables import DECISIONS

NAMES = {
    "UCSC": ("chr1", "chr2", "chrX", "chrM"),
    "Ensembl": ("1", "2", "X", "MT"),
    "RefSeq": ("NC_000001.11", "NC_000002.12", "NC_000023.11", "NC_012920.1"),
}
SEQUENCES = [f"{builders.bases(400, n)}{'CA' * 20}{builders.bases(300, n + 9)}{'T' * 25}" for n in range(4)]
SEEDS = range(3)


@dataclass(frozen=True)
class Inputs:
    """The reference and the genes, which stay; the frequencies' file is written with the patient's."""

    folder: Path
    reference: Reference


@pytest.fixture(scope="module", params=["UCSC", "RefSeq"])
def inputs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    folder = tmp_path_factory.mktemp("reference")
    contigs = dict(zip(NAMES[request.param], SEQUENCES, strict=True))
    genome = builders.genome(folder, contigs)
    genes = [
        Transcript(f"{c}.{s}", f"{c}.{s}", "T", c, "+", ((s, s + 150),), representative=True)
        for c in contigs
        for s in (50, 520)
    ]
    reference = Reference(genome.path, folder / "transcripts.parquet")
    parquet.write(TRANSCRIPTS, reader.to_table(genes), reference.transcripts_table)
    return Inputs(folder, reference)


Record = tuple[int, int, str, str, str]
"""Number of the contig, pos, ref, alt, the call."""


def records(seed: int) -> list[Record]:
    """Substitutions, indels in repeats wherever a caller may put them, several alleles, and what cannot be read."""
    chance = random.Random(seed)
    made: list[Record] = []
    for _ in range(250):
        contig, pos = chance.randrange(4), chance.randrange(20, 740)
        letters = SEQUENCES[contig][pos - 1 :]
        ref = letters[: chance.choice([1, 1, 1, 2, 3])]
        alts = [
            "".join(chance.choices("ACGT", k=chance.choice([1, 1, 2, 3]))),
            letters[0],
            letters[0] + letters[1:3] * 2,
            chance.choice(["*", "<DEL>", ".", "N", "C[2:9["]),
        ]
        alt = ",".join(dict.fromkeys(chance.choices(alts, weights=[5, 2, 2, 1], k=chance.choice([1, 1, 2]))))
        depth = (contig * 31 + pos) % 40
        genotype = ("0/1", "1/1", "1|0")[pos % 3] if "," not in alt else "1/2"
        call = (
            f"{genotype}:{depth // 3},{depth // 3}{f',{depth // 3}' * alt.count(',')}:{depth}:{15 + pos % 60}"
        )
        made.append((contig, pos, ref, alt, call))
    wrong = "C" if SEQUENCES[0][0] == "A" else "A"
    return [*made, *made[:9], (3, 790, "A", "G", "0/1:9,9:18:50"), (0, 1, wrong, "G", "0/1:9,9:18:50")]


def write(path: Path, names: Sequence[str], rows: Sequence[Record]) -> None:
    lines = [
        f"{names[c]} {p} rs{p} {r} {a} 50 PASS AF={p % 50 / 1000} GT:AD:DP:GQ {call}"
        for c, p, r, a, call in rows
    ]
    lengths = {name: len(s) for name, s in zip(names, SEQUENCES, strict=True)}
    text = builders.vcf_text(lines, lengths, ["S"], info=("AF",))
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@dataclass(frozen=True)
class Outputs:
    folder: Path

    NAMES = ("normalised", "first_ledger", "repeats", "variants", "decisions", "ledger")

    def bytes(self) -> dict[str, bytes]:
        return {name: (self.folder / f"{name}.parquet").read_bytes() for name in self.NAMES}

    def frames(self) -> dict[str, pd.DataFrame]:
        return {name: pd.read_parquet(self.folder / f"{name}.parquet") for name in self.NAMES}


def run(
    inputs: Inputs, folder: Path, names: Sequence[str], rows: Sequence[Record], threads: int = 2
) -> Outputs:
    """Both stages and the ledger, as the rules run them."""
    folder.mkdir()
    vcf, known = folder / "in.vcf.gz", folder / "known.vcf"
    write(vcf, names, rows)
    write(known, names, sorted(row for row in rows if row[1] % 3 == 0))
    genome = {"build": "GRCh38", "fasta": str(inputs.reference.fasta), "annotation": "-"}
    given = preflight_run.parse({"samples": "-", "genome": genome, "licences": {"accepted": ["spliceai"]}})
    frequency = THRESHOLDS.frequency.changed(population_vcf=known, info_fields=("AF",))
    given = given.changed(
        filter=THRESHOLDS.changed(frequency=frequency), normalise=Normalise(max_ref_mismatch_fraction=1)
    )
    sample, resolved = Sample("S", vcf, "", 0), {"vcf_sample": "S", "genes": None}
    paths = {name: folder / f"{name}.parquet" for name in Outputs.NAMES}
    first = (paths[name] for name in ("normalised", "first_ledger", "repeats"))
    normalise.normalise_alleles(given, sample, resolved, *first, threads=threads)
    second = (paths[name] for name in ("normalised", "variants", "decisions"))
    variants_filter.filter_alleles(given, sample, resolved, inputs.reference, *second, threads=threads)
    stages = [parquet.read(DECISIONS, paths[name]) for name in ("repeats", "decisions")]
    combine(paths["first_ledger"], stages, paths["ledger"])
    return Outputs(folder)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_run_gives_the_same_bytes_with_any_number_of_threads(tmp_path, inputs, seed):
    rows = records(seed)
    once = run(inputs, tmp_path / "a", NAMES["UCSC"], rows, threads=1).bytes()
    assert run(inputs, tmp_path / "b", NAMES["UCSC"], rows, threads=1).bytes() == once
    assert run(inputs, tmp_path / "c", NAMES["UCSC"], rows, threads=3).bytes() == once


@pytest.mark.parametrize("seed", SEEDS)
def test_every_allele_is_accounted_for_once(tmp_path, inputs, seed):
    rows = records(seed)
    found = run(inputs, tmp_path / "a", NAMES["Ensembl"], rows).frames()
    statuses = found["ledger"]["status"].value_counts()
    assert len(found["ledger"]) == sum(row[3].count(",") + 1 for row in rows)
    assert statuses["kept"] == len(found["variants"]) > 10
    assert statuses["dropped"] == len(found["ledger"]) - len(found["variants"])
    assert {"duplicate", "ref_mismatch", "region", "frequency", "depth"} <= set(found["ledger"]["rule"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_names_of_the_contigs_change_nothing_but_what_is_written_as_in_the_input(tmp_path, inputs, seed):
    rows = records(seed)
    outputs = {style: run(inputs, tmp_path / style, NAMES[style], rows) for style in NAMES}
    first = outputs["UCSC"].bytes()
    for style, output in outputs.items():
        mine = output.bytes()
        for name in ("normalised", "repeats", "variants", "decisions"):
            assert mine[name] == first[name], (style, name)
        ledger = output.frames()["ledger"]
        assert set(ledger["chrom"]) == set(NAMES[style])
        pd.testing.assert_frame_equal(
            ledger.drop(columns="chrom"), outputs["UCSC"].frames()["ledger"].drop(columns="chrom")
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_how_the_work_is_cut_changes_no_row(tmp_path, inputs, seed, monkeypatch):
    rows = records(seed)
    whole = run(inputs, tmp_path / "whole", NAMES["UCSC"], rows).frames()
    monkeypatch.setattr(variants_vcf, "BLOCK_BYTES", 1500)
    monkeypatch.setattr(external_sort, "STRETCH_BITS", 8)
    cut = run(inputs, tmp_path / "cut", NAMES["UCSC"], rows).frames()
    for name, frame in whole.items():
        keys = [column for column in ("record", "allele") if name in ("repeats", "decisions")]
        ordered = [f.sort_values(keys, ignore_index=True) if keys else f for f in (frame, cut[name])]
        pd.testing.assert_frame_equal(*ordered, obj=name)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_the_records_changes_nothing_but_their_numbers(tmp_path, inputs, seed):
    rows = records(seed)
    order = np.random.default_rng(seed).permutation(len(rows))
    straight = run(inputs, tmp_path / "straight", NAMES["UCSC"], rows).frames()
    shuffled = run(inputs, tmp_path / "shuffled", NAMES["UCSC"], [rows[n] for n in order]).frames()
    for name in ("normalised", "variants", "ledger"):
        pd.testing.assert_frame_equal(*(without_repeats(frames)[name] for frames in (straight, shuffled)))


def without_repeats(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows of the alleles that stand there once, sorted; of others the first in the file counts, which is order."""
    ledger = frames["ledger"]
    twice = set(ledger["variant"][ledger["rule"] == "duplicate"])
    once = {"ledger": ledger[~ledger["variant"].isin(twice)]}
    for name in ("normalised", "variants"):
        written = frames[name][["chrom", "pos", "ref", "alt"]].astype(str).agg("-".join, axis=1)
        once[name] = frames[name][~written.isin(twice)]
    return {
        name: frame.drop(columns="record").sort_values(["chrom", "pos", "ref", "alt"], ignore_index=True)
        for name, frame in once.items()
    }
