"""What counts in the ranking: of an allele in a gene of several transcripts, and of alleles that share a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from landfall.genome.annotation.reader import choose_representatives, read_gtf
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.patient.inheritance.family import Family
from landfall.ranking import coding_words
from landfall.ranking.acmg.assess import leaves_protein
from landfall.ranking.acmg.pvs1 import loss_of_function
from landfall.ranking.missense.substitution import damaging
from landfall.ranking.table import Patient, prioritise
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.windows import choose_transcripts
from landfall.stages.ranking.prioritise import neighbours
from landfall.testing import builders
from landfall.testing.families import RULES, known, trio
from landfall.testing.toy_gene import CODING, edit, gene
from landfall.variants.normalise import normalise
from landfall.variants.tables import DECISIONS, NORMALISED, VARIANTS

Row = dict[str, Any]
TOY, GENOME = gene()
OTHER = replace(TOY, transcript="T2", exons=((20, 50), (90, 120), (153, 198)), cds_end=118)
"""Its second exon goes on into the second intron of T1, where its coding sequence ends."""
ALONE = Family("P", "unknown", "GRCh38")


def call(pos: int, ref: str, alt: str, chrom: str = "chr1", **change: object) -> Row:
    """A row of tables.VARIANTS on the toy's contig."""
    allele = {"chrom": chrom, "pos": pos, "ref": ref, "alt": alt, "record": pos}
    row = {**builders.PLAIN_ALLELE, "frequency_source": "absent", "genes": "TOY", **allele, **change}
    return {name: row.get(name) for name in VARIANTS.names}


def coding(first: str, last: str, alt: str, **change: object) -> Row:
    """An allele written in the coordinates of the toy transcript."""
    return call(*edit(TOY, GENOME, first, last, alt), **change)


def unscored(row: Mapping[str, Any], transcript: Transcript) -> Row:
    """A row of tables.SCORES of an allele that no model read."""
    named = {
        "gene": transcript.gene,
        "transcript": transcript.transcript,
        "model": "spliceai",
        "track": "all",
    }
    status = {"value": None, "status": "not_scored", "reason": "unknown_sequence", "detail": "why"}
    return {**{name: row[name] for name in ALLELE}, **named, **status}


def ranked(
    rows: Sequence[Row],
    transcripts: Sequence[Transcript] = (TOY,),
    genome: Genome = GENOME,
    family: Family = ALONE,
    dropped: Sequence[Row] = (),
) -> dict[str, Row]:
    """The prioritised rows by allele, each scored in the transcript that the workflow would choose."""
    scores = []
    for row in rows:
        variant = Variant(*(row[name] for name in ALLELE))
        held = [t for t in transcripts if t.start < variant.end and variant.start < t.end]
        scores += [unscored(row, t) for t in choose_transcripts(variant, [], lambda _, held=held: held)]
    by_name = {(t.chrom, t.gene, t.transcript): t for t in transcripts}
    patient = Patient(family, RULES, 0.2)
    found = prioritise(rows, scores, [], by_name, genome, patient, dropped=dropped).rows
    checked = parquet.from_rows(PRIORITISED, found).to_pylist()
    return {"-".join(str(row[name]) for name in ALLELE): row for row in checked}


def only(*args: Any, **more: Any) -> Row:
    (row,) = ranked(*args, **more).values()
    return row


# --- several transcripts -------------------------------------------------------------------------------------------

INTRONIC = call(116, GENOME.fetch("chr1", 115, 117), GENOME.fetch("chr1", 115, 116))
"""A base lost in the intron of T1, a frameshift in T2."""


def tagged(first: str, second: str, **change: Any) -> list[Transcript]:
    pair = [replace(TOY, tag=first), replace(OTHER, tag=second, **change)]
    return choose_representatives(pair)


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ("MANE_Select", "MANE_Plus_Clinical", True),
        ("MANE_Select", "", False),
        ("MANE_Select", "Ensembl_canonical", False),
        ("Ensembl_canonical", "", True),
        ("RefSeq_Select", "", True),
        ("", "", True),
    ],
)
def test_the_worst_of_the_transcripts_that_count_is_ranked(first: str, second: str, counts: bool) -> None:
    row = only([INTRONIC], tagged(first, second))
    named_in = "T1" if first else row["transcript"]
    assert row["transcript"] == named_in
    where = "coding" if counts else "elsewhere"
    assert (row[f"{where}_transcript"], row[f"{where}_consequence"]) == ("T2", "frameshift_variant")
    assert row["effect_coding"] == (1.0 if counts else 0.0)
    if first:
        assert row["consequence"] == "splice_region_variant"
    if not counts:
        assert row["coding_transcript"] == "T1"
        assert "frameshift p.(Ser16IlefsTer?) in T2 (not counted)" in row["explanation"]
    elif first:
        assert row["elsewhere_transcript"] is None
        assert row["explanation"].startswith(
            "Frameshift p.(Ser16IlefsTer?) in T2 (probability of damage 1.00)"
        )


@pytest.mark.parametrize("biotype", ["nonsense_mediated_decay", "non_stop_decay"])
def test_a_transcript_that_decays_is_named_but_does_not_count(biotype: str) -> None:
    row = only([INTRONIC], tagged("Ensembl_canonical", "", biotype=biotype))
    assert (row["effect_coding"], row["elsewhere_transcript"]) == (0.0, "T2")


def test_an_allele_outside_the_representative_is_judged_in_the_transcripts_that_hold_it() -> None:
    """The longest that holds it is scored; a MANE transcript that does not is no reason to call it intergenic."""
    short = replace(TOY, exons=((20, 50), (90, 105)), cds_end=104, tag="MANE_Select")
    row = only([coding("55", "55", "G")], choose_representatives([short, replace(TOY, transcript="T2")]))
    assert (row["transcript"], row["consequence"]) == ("T2", "missense_variant")
    assert row["effect_coding"] == damaging(row["hgvs_p"])


def test_a_worse_transcript_makes_a_hit_by_itself_and_no_silent_change() -> None:
    row = only([INTRONIC], tagged("MANE_Select", "MANE_Plus_Clinical"))
    assert not leaves_protein(row)
    pvs1 = loss_of_function(row, [], TOY, GENOME)
    assert (pvs1.status, pvs1.strength) == ("not_assessed", None)
    assert "frameshift p.(Ser16IlefsTer?) in T2" in pvs1.reason


def test_names_in_refseq_stand_beside_those_of_the_annotation() -> None:
    pair = tagged("MANE_Select", "MANE_Plus_Clinical", refseq="NM_2.1")
    pair = [replace(t, refseq=t.refseq or "NM_1.3") for t in pair]
    row = only([INTRONIC], pair)
    assert row["hgvs_c_refseq"] == f"NM_1.3:{row['hgvs_c']}"
    assert row["coding_hgvs_c_refseq"] == f"NM_2.1:{row['coding_hgvs_c']}"
    assert coding_words.refseq(coding_words.own_effect(row)) == row["hgvs_c_refseq"]
    assert coding_words.refseq(coding_words.own_effect({**row, "transcript": "NM_1.3"})) == ""


# --- alleles of one copy -------------------------------------------------------------------------------------------


def pair(phase: str, *alts: str, first: str, second: str) -> list[Row]:
    """Two substitutions, by c. position, as called in one phase or without it."""
    calls: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "cis": ({"genotype": "0|1", "phase_set": "9"}, {"genotype": "0|1", "phase_set": "9"}),
        "cis, first side": ({"genotype": "1|0"}, {"genotype": "1|0"}),
        "trans": ({"genotype": "0|1", "phase_set": "9"}, {"genotype": "1|0", "phase_set": "9"}),
        "two sets": ({"genotype": "0|1", "phase_set": "9"}, {"genotype": "0|1", "phase_set": "10"}),
        "unphased": ({}, {}),
        "homozygous": ({"genotype": "1/1", "zygosity": "homozygous"},) * 2,
        "hemizygous": ({"genotype": "1", "zygosity": "hemizygous"},) * 2,
        "no genotypes": ({"genotype": ".", "zygosity": "unknown"},) * 2,
        "second on both": ({}, {"genotype": "1/1", "zygosity": "homozygous"}),
    }
    one, other = calls[phase]
    return [coding(first, first, alts[0], **one), coding(second, second, alts[1], **other)]


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        ("cis", "cis"),
        ("cis, first side", "cis"),
        ("trans", None),
        ("two sets", "unknown"),
        ("unphased", "unknown"),
        ("homozygous", "cis"),
        ("hemizygous", "cis"),
        ("no genotypes", "unknown"),
    ],
)
def test_two_substitutions_of_a_codon_count_together_where_they_are_on_one_copy(
    phase: str, told: str | None
) -> None:
    """TGG (Trp6): 17G>A alone is TAG; here 16T>C, 17G>A are missense and stop, together CAG (Gln)."""
    found = ranked(pair(phase, "C", "A", first="16", second="17"))
    one, other = sorted(found.values(), key=lambda row: row["pos"])
    assert (one["consequence"], other["consequence"]) == ("missense_variant", "stop_gained")
    assert {row["joint_phase"] for row in found.values()} == {told}
    if told:
        assert one["joint_with"] == f"chr1-{other['pos']}-{other['ref']}-{other['alt']}"
        assert {row["joint_hgvs_p"] for row in found.values()} == {"p.(Trp6Gln)"}
        assert {row["joint_hgvs_c"] for row in found.values()} == {"c.16_17delinsCA"}
    effects = (one["effect_coding"], other["effect_coding"])
    together, alone = damaging("p.(Trp6Gln)"), damaging("p.(Trp6Arg)")
    assert effects == ((together, together) if told == "cis" else (alone, 1.0))
    assert {row["coding_hgvs_p"] for row in found.values()} == (
        {"p.(Trp6Gln)"} if told == "cis" else {"p.(Trp6Arg)", "p.(Trp6Ter)"}
    )


def test_an_allele_of_both_copies_meets_one_of_a_single_copy_there_alone() -> None:
    found = ranked(pair("second on both", "C", "A", first="16", second="17"))
    one, other = sorted(found.values(), key=lambda row: row["pos"])
    assert (one["joint_phase"], one["effect_coding"]) == ("cis", damaging("p.(Trp6Gln)"))
    assert (other["joint_phase"], other["effect_coding"]) == ("one_copy", 1.0)
    assert "which only one of its two copies has (not counted)" in other["explanation"]


def test_parents_tell_that_they_are_on_one_copy() -> None:
    rows = pair("unphased", "C", "A", first="16", second="17")
    genotypes = {
        Variant(*(row[name] for name in ALLELE)): {"kid": "0/1", "dad": "0/1", "mum": "0/0"} for row in rows
    }
    family = known(trio(), genotypes)
    assert {row["joint_phase"] for row in ranked(rows, family=family).values()} == {"cis"}


def test_a_codon_that_an_intron_splits_is_one_codon() -> None:
    """Codon 7 is CG, an intron, T: 19C>T and 21T>G are TGG."""
    found = ranked(pair("cis", "T", "G", first="19", second="21"))
    assert {row["joint_hgvs_p"] for row in found.values()} == {"p.(Arg7Trp)"}
    assert "together with" in next(iter(found.values()))["explanation"]


def test_an_allele_that_the_filter_dropped_as_common_is_part_of_the_codon() -> None:
    one, other = pair("cis", "C", "A", first="16", second="17")
    row = only([other], dropped=[one])
    assert (row["coding_hgvs_p"], row["effect_coding"]) == ("p.(Trp6Gln)", damaging("p.(Trp6Gln)"))


@pytest.mark.parametrize("second", ["25", "26"])
def test_indels_that_restore_the_frame_on_one_copy_count_as_one(second: str) -> None:
    """A base lost in codon 8 and one gained in codon 9."""
    phased = {"genotype": "0|1", "phase_set": "1"}
    lost = call(*edit(TOY, GENOME, "21", "22", "T"), **phased)
    base = CODING[int(second) - 1]
    gained = call(*edit(TOY, GENOME, second, second, f"{base}C"), **phased)
    found = ranked([lost, gained])
    assert {row["consequence"] for row in found.values()} == {"frameshift_variant"}
    assert {row["joint_phase"] for row in found.values()} == {"cis"}
    assert {row["effect_coding"] for row in found.values()} <= {0.6, 0.85}
    assert not {row["coding_consequence"] for row in found.values()} & {"frameshift_variant", "stop_gained"}
    unphased = ranked([{**row, "genotype": "0/1"} for row in (lost, gained)])
    assert {row["effect_coding"] for row in unphased.values()} == {1.0}
    assert {row["joint_phase"] for row in unphased.values()} == {"unknown"}


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("phased", [1, 2, 3])
def test_of_three_substitutions_of_a_codon_those_on_the_copy_count(strand: str, phased: int) -> None:
    """AAA (Lys2) in all of three steps to TGG; the others of the codon are on the other copy."""
    transcript, genome = gene(strand)
    alleles = [edit(transcript, genome, str(4 + n), str(4 + n), base) for n, base in enumerate("TGG")]
    rows = [call(*a, genotype="0|1" if n < phased else "1|0") for n, a in enumerate(alleles)]
    found = ranked(rows, [transcript], genome)
    first = found["-".join(["chr1", *map(str, alleles[0])])]
    assert first["hgvs_p"] == "p.(Lys2Ter)"
    assert first["coding_hgvs_p"] == {1: "p.(Lys2Ter)", 2: "p.(Lys2Ter)", 3: "p.(Lys2Trp)"}[phased]
    assert len((first["joint_with"] or "").split(";")) == max(1, phased - 1)
    assert first["joint_phase"] == (None if phased == 1 else "cis")


def test_an_indel_in_another_exon_restores_the_frame() -> None:
    """A base lost before the first intron and one gained behind it, with no stop between them."""
    phased = {"genotype": "1/1", "zygosity": "homozygous"}
    lost = call(*edit(TOY, GENOME, "17", "18", "G"), **phased)
    gained = call(*edit(TOY, GENOME, "25", "25", f"{CODING[24]}C"), **phased)
    assert {row["effect_coding"] for row in ranked([lost, gained]).values()} <= {0.6, 0.85}


def test_a_stop_between_two_indels_remains() -> None:
    """The frame is kept in the end, but translation does not come so far; with the phase unknown that is no hint."""
    gained = call(*edit(TOY, GENOME, "8", "8", f"{CODING[7]}C"), genotype="0|1")
    lost = call(*edit(TOY, GENOME, "57", "58", CODING[56]), genotype="0|1")
    found = ranked([gained, lost])
    assert {(row["joint_phase"], row["joint_hgvs_p"]) for row in found.values()} == {
        ("cis", "p.(Glu4GlyfsTer10)")
    }
    assert {row["effect_coding"] for row in found.values()} == {1.0}
    unphased = ranked([{**row, "genotype": "0/1"} for row in (gained, lost)])
    assert {row["joint_with"] for row in unphased.values()} == {None}


def test_two_losses_of_one_copy_that_do_not_restore_the_frame_are_told_by_themselves() -> None:
    phased = {"genotype": "0|1"}
    rows = [call(*edit(TOY, GENOME, *ends), **phased) for ends in (("21", "22", "T"), ("30", "31", "T"))]
    assert {row["joint_with"] for row in ranked(rows).values()} == {None}


def test_neighbours_are_the_well_called_coding_alleles_that_were_dropped(tmp_path: Path) -> None:
    places = {1: 31, 2: 32, 3: 60, 4: 35, 5: 36}
    rows = [{"pos": pos, "ref": GENOME.fetch("chr1", pos - 1, pos), "alt": "N"} for pos in places.values()]
    parquet.write(NORMALISED, builders.normalised(*rows), tmp_path / "normalised.parquet")
    rules = {1: "frequency", 2: "depth", 3: "frequency", 5: "genotype"}
    status = {"allele": 1, "status": "dropped", "stage": "filter", "detail": ""}
    dropped = [{**status, "record": record, "rule": rule} for record, rule in rules.items()]
    parquet.write(DECISIONS, parquet.from_rows(DECISIONS, dropped), tmp_path / "decisions.parquet")
    found = neighbours(tmp_path / "normalised.parquet", tmp_path / "decisions.parquet", [TOY])
    assert [row["pos"] for row in found] == [31]


# --- real genes ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loci(shared_data: Path) -> tuple[Genome, list[Transcript]]:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    return genome, list(read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome))


def of_file(path: Path, genome: Genome, transcripts: Sequence[Transcript], folder: Path) -> dict[str, Row]:
    """The ranked rows of a file of one sample, without its scores."""
    outputs = [folder / f"{name}.parquet" for name in ("normalised", "ledger", "repeats")]
    normalise(path, "kid", genome, *outputs, max_mismatch_fraction=1.0)
    read = parquet.read(NORMALISED, outputs[0]).to_pylist()
    rows = [{**row, "frequency_source": "absent", "genes": ""} for row in read]
    variants = [{name: row.get(name) for name in VARIANTS.names} for row in rows]
    genes = {
        t.gene
        for t in transcripts
        for row in rows
        if t.chrom == row["chrom"] and t.start < row["pos"] <= t.end
    }
    return ranked(variants, [t for t in transcripts if t.gene in genes], genome)


@pytest.mark.shared_data
def test_an_allele_counts_by_the_transcript_of_the_gene_that_it_breaks(
    shared_data: Path, loci: tuple[Genome, list[Transcript]], tmp_path: Path
) -> None:
    found = of_file(shared_data / "field_cases" / "plusclin.vcf", *loci, tmp_path)
    told = {
        row["gene"]: (row["transcript"], row["consequence"], row["coding_transcript"], row["coding_hgvs_p"])
        for row in found.values()
    }
    assert told == {
        "NEBL": ("LRG_411t1", "intron_variant", "LRG_411t2", "p.(Leu857TrpfsTer57)"),
        "NTRK1": ("LRG_261t1", "intron_variant", "LRG_261t3", "p.(Ser396CysfsTer74)"),
    }
    assert {row["effect_coding"] for row in found.values()} == {1.0}
    assert "Frameshift p.(Leu857TrpfsTer57) in LRG_411t2" in " ".join(
        row["explanation"] for row in found.values()
    )


@pytest.mark.shared_data
def test_another_allele_of_nebl_has_the_name_of_the_same_transcript(
    loci: tuple[Genome, list[Transcript]],
) -> None:
    genome, transcripts = loci
    allele = {"chrom": "chr10", "pos": 20808584, "ref": "TC", "alt": "T"}
    row = only([call(**allele)], [t for t in transcripts if t.gene == "NEBL"], genome)
    assert (row["consequence"], row["coding_transcript"]) == ("intron_variant", "LRG_411t2")
    assert (row["coding_hgvs_p"], row["effect_coding"]) == ("p.(Asp896ThrfsTer18)", 1.0)


@pytest.mark.shared_data
def test_two_phased_substitutions_of_a_codon_of_atm_make_a_stop_that_counts(
    shared_data: Path, loci: tuple[Genome, list[Transcript]], tmp_path: Path
) -> None:
    found = of_file(shared_data / "field_cases" / "mnv.vcf", *loci, tmp_path)
    assert [row["consequence"] for row in found.values()] == ["missense_variant"] * 2
    for row in found.values():
        assert (row["joint_hgvs_p"], row["coding_hgvs_p"]) == ("p.(Thr306Ter)", "p.(Thr306Ter)")
        assert (row["joint_phase"], row["effect_coding"]) == ("cis", 1.0)
        assert row["explanation"].startswith(
            f"Stop gained p.(Thr306Ter) together with {row['joint_with']} on the same"
        )


@pytest.mark.shared_data
def test_an_allele_beyond_the_representative_is_in_the_gene_s_other_transcripts(
    loci: tuple[Genome, list[Transcript]],
) -> None:
    """LMNA c.1824C>T lies behind the end of lamin C, by which the gene is named."""
    genome, transcripts = loci
    lmna = [t for t in transcripts if t.gene == "LMNA"]
    row = only([call(156138613, "C", "T")], lmna, genome)
    assert (row["transcript"], row["hgvs_c"], row["hgvs_p"]) == ("LRG_254t2", "c.1824C>T", "p.(Gly608=)")
