"""The simulator of patients: what is spiked in is there, agrees with the reference, and comes out the same again."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from benchmarks import patient_cases, patient_files, patient_terms, patients
from benchmarks.patient_cases import COMPOUND, KINDS, Causal, Patient, Pool
from benchmarks.patient_runs import Asked
from landfall.genome.annotation import reader
from landfall.genome.consequence import consequence
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.patient.phenotype import similarity
from landfall.testing.toy_gene import gene

TERMS = ("HP:0003323",)
NEW = next(kind for kind in KINDS if kind.name == "de novo")
X_LINKED = next(kind for kind in KINDS if kind.male)


def patient(kind: patient_cases.Kind, variant: Variant, second: Variant | None = None) -> Patient:
    return Patient("one", kind, Causal(variant, "TOY", "made"), second, "disease", TERMS)


def call(variant: Variant, genotype: str, frequency: float | None) -> patient_files.Call:
    return patient_files.Call(variant, ".", genotype, f"{genotype}:15,15:30:99", frequency)


def written(
    folder: Path, who: Patient, exome: list[patient_files.Call], rare: list[Variant]
) -> dict[Variant, list[str]]:
    """Genotypes of patient, father and mother by allele."""
    _, genome = gene()
    genome.lengths |= {"chrX": 1000}
    patient_files.Family(who, 1).write(folder, exome, rare, len(rare), genome)
    rows = [line.split("\t") for line in (folder / "family.vcf").read_text().splitlines() if line[0] != "#"]
    return {Variant(r[0], int(r[1]), r[3], r[4]): [cell.split(":")[0] for cell in r[9:]] for r in rows}


def test_a_new_change_is_in_no_parent_and_replaces_background_at_its_place(tmp_path: Path) -> None:
    spiked, hidden = Variant("chr1", 60, "A", "G"), Variant("chr1", 60, "A", "T")
    common = Variant("chr1", 70, "A", "C")
    found = written(
        tmp_path, patient(NEW, spiked), [call(hidden, "0/1", 0.1), call(common, "0/1", 0.0)], [hidden]
    )
    assert found[spiked] == ["0/1", "0/0", "0/0"]
    assert hidden not in found
    assert sorted(found[common][1:]) == ["0/0", "0/1"]


def test_hits_of_a_compound_come_from_different_parents(tmp_path: Path) -> None:
    one, other = Variant("chr1", 60, "A", "G"), Variant("chr1", 95, "A", "G")
    found = written(tmp_path, patient(COMPOUND, one, other), [], [])
    assert (found[one], found[other]) == (["0/1", "0/1", "0/0"], ["0/1", "0/0", "0/1"])


def test_a_boys_x_is_his_mothers(tmp_path: Path) -> None:
    rare = [Variant("chrX", pos, "A", "G") for pos in range(1, 101)]
    found = written(tmp_path, patient(X_LINKED, Variant("chrX", 500, "A", "G")), [], rare)
    assert found[Variant("chrX", 500, "A", "G")] == ["1", "0", "0/1"]
    assert {tuple(genotypes) for genotypes in found.values()} == {("1", "0", "0/1")}
    assert 25 < len(found) < 75
    assert "PATIENT\tFATHER\tMOTHER\t1\t2" in (tmp_path / "family.ped").read_text()


def test_no_call_of_a_child_contradicts_its_parents(tmp_path: Path) -> None:
    exome = [call(Variant("chr1", pos, "A", "G"), "01"[pos % 2] + "/1", pos / 200) for pos in range(1, 200)]
    found = written(tmp_path, patient(NEW, Variant("chr1", 210, "A", "G")), exome, [])
    assert len(found) == 200
    for variant, (child, *parents) in found.items():
        if variant.pos != 210:
            held = [set(genotype.split("/")) for genotype in parents]
            assert any({a, b} == set(child.split("/")) for a in held[0] for b in held[1])


def test_rare_changes_lie_in_introns_off_their_ends_and_agree_with_the_reference() -> None:
    for strand in "+-":
        transcript, genome = gene(strand)
        introns = patient_files.Introns([transcript], genome)
        introns.per_patient = 20
        pool = introns.pool(1)
        assert pool == introns.pool(1)
        assert pool != introns.pool(2)
        assert len(set(pool)) == 20 * patient_files.POOL
        for variant in pool:
            assert genome.fetch(variant.chrom, variant.start, variant.end) == variant.ref != variant.alt
            inside = [
                (a, b) for a, b in transcript.introns if a + 3 <= variant.start and variant.end <= b - 3
            ]
            assert inside, variant


def test_a_broken_site_is_an_invariant_one() -> None:
    for strand in "+-":
        transcript, genome = gene(strand)
        for seed in range(10):
            variant = patient_cases._broken(transcript, random.Random(seed))
            assert genome.fetch(variant.chrom, variant.start, variant.end) == variant.ref
            term, _ = consequence(transcript, variant.pos, variant.ref, variant.alt, genome)
            assert term in ("splice_donor_variant", "splice_acceptor_variant")


def test_terms_are_of_the_disease_but_vague_and_with_others_beside() -> None:
    name, terms = patient_terms.draw("LAMA2", patient_cases.RECESSIVE, random.Random(1))
    assert (name, terms) == patient_terms.draw("LAMA2", patient_cases.RECESSIVE, random.Random(1))
    own = {f"HP:{term:07d}" for term in similarity.diseases("LAMA2")[name]}
    assert len(terms) <= patient_terms.FEATURES + patient_terms.NOISE
    assert 1 <= len(own & set(terms)) <= patient_terms.FEATURES
    assert patient_terms.diseases("LAMA2", patient_cases.X_LINKED) == {}


def row(rank: int, variant: Variant, gene_: str = "TOY") -> dict[str, object]:
    shown = dict.fromkeys(patients.SHOWN)
    return {"rank": rank, **vars(variant), "gene": gene_, **shown}


def test_the_rank_counts_others_alone() -> None:
    causal, second, other = (Variant("chr1", pos, "A", "G") for pos in (60, 95, 70))
    who, asked = patient(COMPOUND, causal, second), Asked(terms=True, parents=False)
    assert patients.outcome(who, asked, [row(1, second), row(2, causal), row(3, other)])["rank"] == 1
    found = patients.outcome(who, asked, [row(1, other), row(2, second), row(3, causal)])
    assert (found["rank"], found["other"]) == (2, str(other))
    assert patients.outcome(who, asked, [row(1, causal, "NEIGHBOUR"), row(2, other)])["rank"] == 0


def test_shares_are_of_all_cases_the_lost_included() -> None:
    cases = [{"terms": True, "parents": True, "kind": "de novo", "rank": rank} for rank in (1, 3, 7, 0)]
    assert "| de novo | 4 | 25% | 50% | 75% | 7 |" in "\n".join(patients.table(cases))


@cache
def pool_of(data: Path) -> Pool:
    genome = Genome(data / "loci" / "GRCh38.fa.gz")
    transcripts = reader.read_gtf(data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    return Pool(data / "truth", genome, reader.choose_representatives(transcripts))


@pytest.mark.shared_data
def test_patients_are_of_every_kind_in_many_genes(shared_data: Path) -> None:
    pool = pool_of(shared_data)
    made = patient_cases.patients(pool, seed=1)
    assert Counter(p.kind.name for p in made) == {kind.name: kind.patients for kind in KINDS}
    assert len(made) >= 100
    assert len({p.causal.gene for p in made}) > 25
    for who in made:
        for variant in filter(None, (who.causal.variant, who.second)):
            assert pool.genome.fetch(variant.chrom, variant.start, variant.end) == variant.ref
            assert variant == patient_cases.one_spelling(variant, pool.genome)
        assert (who.second is not None) == (who.kind is COMPOUND)
        assert (who.causal.variant.chrom == "chrX") == who.kind.male


@pytest.mark.shared_data
@pytest.mark.slow
def test_patients_are_the_same_for_the_same_seed_alone(shared_data: Path) -> None:
    pool = pool_of(shared_data)
    made = patient_cases.patients(pool, seed=1)
    assert made == patient_cases.patients(pool, seed=1)
    assert made != patient_cases.patients(pool, seed=2)


@pytest.mark.shared_data
def test_a_change_whose_reference_or_surroundings_do_not_fit_is_left_out(shared_data: Path) -> None:
    pool = pool_of(shared_data)
    sound = next(c for c in pool.causal if len(c.variant.ref) == 1)
    other = "A" if sound.variant.ref != "A" else "C"
    assert not pool.scorable(replace(sound, variant=replace(sound.variant, ref=other)))
    assert not pool.scorable(replace(sound, gene="NO_SUCH_GENE"))
