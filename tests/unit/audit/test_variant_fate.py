"""What became of an allele: found by any spelling, told with its rule, and a setting that would truly keep it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.audit import variant_fate, variant_fate_text
from landfall.cli.main import main
from landfall.config.fields import plain
from landfall.config.filters import Filter
from landfall.genome.annotation import reader as annotation_reader
from landfall.genome.hgvs import dna
from landfall.genome.hgvs.parser import QuestionError, Reader
from landfall.genome.intervals import Region, Regions
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE, TRANSCRIPTS
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import OUTCOMES
from landfall.splicing.windows import Reach, refusal
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS, normalised
from landfall.testing.rows import READ
from landfall.testing.toy_gene import MemoryGenome
from landfall.variants.alleles import SYNTAX_RULES
from landfall.variants.decisions import decisions
from landfall.variants.filters import remedies
from landfall.variants.filters.frequency import limit
from landfall.variants.filters.ledger import combine
from landfall.variants.filters.location import Places
from landfall.variants.filters.pipeline import screen
from landfall.variants.filters.remedies import Remedy, now, remedy
from landfall.variants.filters.rules import BY_NAME
from landfall.variants.normalise import normalise
from landfall.variants.tables import DECISIONS, NORMALISED, NUMBERS
from tests.unit.report import report_example as example

REPEAT = 600
"""0-based start of six CA on chr1, with no C or A on either side."""
SEQUENCE = builders.bases(REPEAT - 1, 7) + "T" + "CA" * 6 + "G" + builders.bases(1500, 8)
DOTTED = replace(builders.transcript("AC1.2"), transcript="T9.1", cds_start=120, cds_end=880)
"""A gene of a clone: its symbol looks like a transcript's identifier with a version."""
FORWARD = replace(builders.transcript("GENE"), cds_start=120, cds_end=880, refseq="NM_000077.5")
BACKWARD = replace(
    builders.transcript("BACK", ((1000, 1100), (1300, 1420), (1700, 1800)), "-"), cds_start=1050, cds_end=1730
)
SILENT = builders.transcript("SILENT", ((1900, 1950),))
TOY_TRANSCRIPTS = (FORWARD, BACKWARD, SILENT, DOTTED)
PLACES = Places(Regions([Region("chr1", 0, 900, "GENE"), Region("chrX", 0, 900, "GENE")]))


def other(base: str) -> str:
    return "C" if base == "A" else "A"


def snv(pos: int) -> tuple[str, str]:
    """REF of chr1 at a 1-based position, and another base."""
    return SEQUENCE[pos - 1], other(SEQUENCE[pos - 1])


RIGHT = f"{SEQUENCE[REPEAT + 9]}CA"
"""The last CA of the repeat, with the base before it: the 3'-most spelling of its deletion."""
CALLS = [
    f"1 300 rs77 {snv(300)[0]} {snv(300)[1]} 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 310 . {snv(310)[0]} {snv(310)[1]} 50 PASS . GT:DP:GQ 0/1:4:99",
    f"1 {REPEAT + 10} . {RIGHT} {RIGHT[0]} 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 700 . {other(SEQUENCE[699])} {SEQUENCE[699]} 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 720 . {SEQUENCE[719]} <DEL> 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 1350 . {snv(1350)[0]} {snv(1350)[1]} 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 1850 . {snv(1850)[0]} {snv(1850)[1]} 50 PASS . GT:DP:GQ 0/1:30:99",
    f"1 1850 . {snv(1850)[0]} {snv(1850)[1]} 50 PASS . GT:DP:GQ 0/1:30:99",
]
KEPT = f"chr1-300-{snv(300)[0]}-{snv(300)[1]}"
SETTINGS = {
    "results": "results",
    "work": "work",
    "genome": {"fasta": "genome.fa", "annotation": "genes.gtf"},
    "filter": plain(THRESHOLDS),
    "phenotype": {"candidates": "terms"},
    "models": [{"distance": 500, "max_unknown_fraction": 0.5}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """results/S of a run whose ledger the stages themselves wrote; contigs have no ``chr`` in its input."""
    tmp_path = tmp_path_factory.mktemp("run")
    genome = builders.genome(tmp_path, {"chr1": SEQUENCE})
    vcf, work, results = tmp_path / "in.vcf", tmp_path / "work" / "S", tmp_path / "results" / "S"
    vcf.write_text(builders.vcf_text(CALLS, {"1": len(SEQUENCE)}, ["S"]))
    work.mkdir(parents=True)
    outputs = [work / f"{name}.parquet" for name in ("normalised", "ledger", "repeats")]
    normalise(vcf, "S", genome, *outputs, max_mismatch_fraction=1.0)
    alleles = parquet.read(NORMALISED, work / "normalised.parquet")
    screened = screen(alleles, THRESHOLDS, PLACES, genome, "GRCh38")
    words = screened.alleles["genes"].map("scored in {}".format)
    scored = decisions(pa.Table.from_pandas(screened.alleles), "kept", "score", "scored", words)
    dropped = pa.Table.from_pandas(screened.decisions, preserve_index=False)
    repeats = parquet.read(DECISIONS, work / "repeats.parquet")
    combine(work / "ledger.parquet", [repeats, dropped, scored], results / "ledger.parquet")
    parquet.write(
        TRANSCRIPTS, annotation_reader.to_table(TOY_TRANSCRIPTS), work.parent / "transcripts.parquet"
    )
    _, pos, ref, alt = KEPT.split("-")
    best = example.row(
        **{**example.PSEUDOEXON, "chrom": "chr1", "pos": int(pos), "ref": ref, "alt": alt, "rsid": "rs77"}
    )
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [best]), results / "prioritised.parquet")
    same = {name: best[name] for name in (*ALLELE, "gene", "transcript")}
    outcomes = [{**example.outcomes()[0], **same}]
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, outcomes), results / "outcomes.parquet")
    record = {"assembly": "GRCh38", "cutoff": 0.5, "settings": SETTINGS}
    (results / "provenance.json").write_text(json.dumps(record, default=str))
    return results


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(folder.parents[1], tmp_path, dirs_exist_ok=True)
    return tmp_path / "results" / "S"


def told(folder: Path, question: str) -> str:
    """What a person reads, in one line."""
    return " ".join(variant_fate_text.text(variant_fate.ask(folder, question)).split())


def rules(folder: Path, question: str) -> list[tuple[str, str]]:
    return [
        (a.row["status"], a.row["rule"])
        for answer in variant_fate.ask(folder, question)
        for a in answer.accounts
    ]


@pytest.mark.parametrize(
    "question",
    [
        KEPT,
        KEPT.removeprefix("chr"),
        KEPT.lower(),
        "chr1:300{}>{}".format(*snv(300)),
        "chr1 300 {} {}".format(*snv(300)),
        "chr1:g.300{}>{}".format(*snv(300)),
        "NC_000001.11:g.300{}>{}".format(*snv(300)),
        "GENE:c.80+100{}>{}".format(*snv(300)),
        "GENE.1(GENE):c.81-101{}>{}".format(*snv(300)),
        "chr1:299:{0}{1}:{0}{2}".format(SEQUENCE[298], *snv(300)),
        "AC1.2:c.80+100{}>{}".format(*snv(300)),
        "GENE c.80+100{}>{}".format(*snv(300)),
        "GENE c.81-101{}>{}".format(*snv(300)),
        "GENE c.81\u2212101{}>{}".format(*snv(300)),
        "GENE: c.80+100{}>{}".format(*snv(300)),
        "GENE.1 c.80+100{}>{}".format(*snv(300)),
        "GENE.1(GENE) c.80+100{}>{}".format(*snv(300)),
        "NM_000077.5:c.80+100{}>{}".format(*snv(300)),
        "NM_000077:c.80+100{}>{}".format(*snv(300)),
        "NM_000077.5(GENE):c.80+100{}>{}".format(*snv(300)),
        "NM_000077.5(GENE):c.80+100{}>{} (p.?)".format(*snv(300)),
        "GENE(NM_000077.5):c.80+100{}>{}".format(*snv(300)),
        "GENE NM_000077.5 c.80+100{}>{}".format(*snv(300)),
        "GENE:NM_000077:exon1:c.80+100{}>{}".format(*snv(300)),
        "GENE:NM_000077.5:exon1:c.80+100{}>{}:p.A1B".format(*snv(300)),
        "chr1 g.300{}>{}".format(*snv(300)),
        "rs77",
        "RS77",
    ],
)
def test_every_spelling_finds_the_allele(folder: Path, question: str) -> None:
    (answer,) = variant_fate.ask(folder, question)
    assert answer.variant == KEPT
    assert [account.row["status"] for account in answer.accounts] == ["kept"]
    assert [candidate["rank"] for candidate in answer.candidates] == [1]


def test_a_kept_allele_is_told_with_rank_scores_outcome_and_what_is_missing(folder: Path) -> None:
    words = told(folder, KEPT)
    assert words.startswith(f"{KEPT}: kept in the input 1:300")
    for part in (
        "1 of 1, priority 0.94; finding: Splicing changes by prediction",
        "Splicing unlikely to be damaged (0.22); absent from the population data.",
        "donor gain 0.91 (-1)",
        "pseudoexon, intron 7: the mRNA gains 47 bases, the frame shifts, premature stop at codon 264",
        "evidence not drafted",
        "require expert review",
    ):
        assert part in words


@pytest.mark.parametrize("unit", range(6))
def test_a_deletion_in_a_repeat_is_found_wherever_the_question_puts_it(folder: Path, unit: int) -> None:
    """The input has the last of six CA deleted; every other of them is the same allele."""
    start = REPEAT + 2 * unit
    before = SEQUENCE[start - 1]
    assert rules(folder, f"chr1-{start}-{before}CA-{before}") == [("kept", "scored")]
    assert "record 3" in told(folder, f"chr1:g.{start + 1}_{start + 2}del")


@pytest.mark.parametrize(
    ("question", "rule", "words"),
    [
        ("chr1-310-{}-{}".format(*snv(310)), "depth", "DP 4 < 10 to keep it filter.min_depth: 4 (now 10)"),
        (f"chr1-720-{SEQUENCE[719]}-<DEL>", "symbolic", "no setting"),
        ("chr1-1350-{}-{}".format(*snv(1350)), "region", "add BACK to the column genes"),
        (
            f"chr1-700-{other(SEQUENCE[699])}-{SEQUENCE[699]}",
            "ref_mismatch",
            f"the reference has {SEQUENCE[699]}",
        ),
    ],
)
def test_a_dropped_allele_is_told_with_rule_value_and_remedy(
    folder: Path, question: str, rule: str, words: str
) -> None:
    assert rules(folder, question) == [("dropped", rule)]
    assert words in told(folder, question)


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("cis", "on the same copy: this counts"),
        ("one_copy", "which only one of its two copies has: not counted"),
        ("unknown", "not known to lie on the same copy: not counted"),
    ],
)
def test_other_transcripts_and_alleles_of_the_copy_are_told(copied: Path, phase: str, said: str) -> None:
    path = copied / "prioritised.parquet"
    (row,) = parquet.read(PRIORITISED, path).to_pylist()
    row |= example.BESIDE | {"joint_phase": phase}
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [row]), path)
    words = told(copied, KEPT)
    assert f"{row['transcript']}:{row['hgvs_c']}, NM_000001.2:c.752+784C>T" in words
    label = "joint" if phase == "cis" else "most severe"
    names = "TX1.2:c.916_917delinsTA, NM_000001.9:c.916_917delinsTA, p.(Thr306Ter) (stop gained)"
    assert f"{label} {names}, MANE Plus Clinical" in words
    assert f"together with chr2-124917-C-A, {said}" in words
    assert "elsewhere TX1.3:c.916+1C>T (splice donor), a transcript that does not count" in words


def test_a_duplicate_is_told_beside_the_record_that_was_judged(folder: Path) -> None:
    question = "chr1-1850-{}-{}".format(*snv(1850))
    assert rules(folder, question) == [("dropped", "region"), ("dropped", "duplicate")]
    assert "the same allele as record 7" in told(folder, question)
    assert "none of the annotation at this position" in told(folder, question)
    assert "phenotype.candidates" not in told(folder, question)


def test_an_allele_that_is_not_in_the_input(folder: Path) -> None:
    third = next(base for base in "ACGT" if base not in snv(310))
    (answer,) = variant_fate.ask(folder, f"chr1-310-{snv(310)[0]}-{third}")
    assert answer.code == variant_fate.NOT_IN_INPUT
    assert [row["pos"] for row in answer.nearby] == [310, 300]
    assert "1:310" in variant_fate_text.text([answer])
    assert "no allele within 50 bases" in told(folder, "chr1-1000-{}-{}".format(*snv(1000)))


def test_a_question_of_another_build_is_told(folder: Path) -> None:
    assert f"the reference has {SEQUENCE[999]} at chr1:1000" in told(
        folder, f"chr1-1000-{other(SEQUENCE[999])}-{SEQUENCE[999]}"
    )
    assert "the reference has no contig chrQ" in told(folder, "chrQ-5-A-C")
    with pytest.raises(QuestionError, match="is of GRCh37, the run is on GRCh38"):
        variant_fate.ask(folder, "NC_000001.10:g.300A>C")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("BRCA", "names no allele; write one as"),
        ("GENE:p.Val3Gly", "only names of DNA"),
        ("GENE:c.7", "not a substitution, del, dup"),
        ("GENF:c.7A>C", "did you mean GENE"),
        ("GENE.2:c.7A>C", "which has GENE.1"),
        ("NM_000077.4:c.7A>C", "which has NM_000077.5"),
        ("GENE:n.7A>C", "is coding; write c."),
        ("SILENT:c.7A>C", "is not coding; write n."),
        ("GENE:c.99999A>C", "is numbered from 1 to"),
        ("GENE:c.12_15insA", "between two neighbouring bases"),
        ("GENE:c.15_12del", "after the last"),
        ("chr1:g.99999del", "lies beyond them"),
        ("chr1-99999-A-C", "lies beyond them"),
        ("rs5", "no record of the input has the identifier rs5"),
    ],
)
def test_a_bad_question_is_told_in_plain_words(folder: Path, question: str, words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        variant_fate.ask(folder, question)


def test_results_without_their_inputs_still_answer(copied: Path) -> None:
    """The reference and ``work`` may be gone: what needs them says so, the rest answers."""
    (copied.parents[1] / "genome.fa").unlink()
    for path in (copied.parents[1] / "work").rglob("*.parquet"):
        path.unlink()
    assert rules(copied, KEPT) == [("kept", "scored")]
    assert rules(copied, "rs77") == [("kept", "scored")]
    assert "add its gene" in told(copied, "chr1-1350-{}-{}".format(*snv(1350)))
    with pytest.raises(QuestionError, match="no longer exists; query by position, as CHROM-POS-REF-ALT"):
        variant_fate.ask(copied, "GENE:c.7A>C")


@pytest.mark.parametrize("lacking", ["everything", "slippage", "refseq"])
def test_transcripts_come_from_the_annotation_where_work_was_deleted_or_is_old(
    copied: Path, lacking: str
) -> None:
    path = copied.parents[1] / "work" / "transcripts.parquet"
    if lacking == "everything":
        path.unlink()
    else:
        pq.write_table(pq.read_table(path).drop_columns([lacking]), path)
    question = "GENE:c.80+100{}>{}".format(*snv(300))
    with pytest.raises(QuestionError, match="to resolve a transcript name"):
        variant_fate.ask(copied, question)
    note = 'gene_id "G"; transcript_id "GENE.1"; gene_name "GENE";'
    rows = [("exon", s + 1, e) for s, e in FORWARD.exons] + [
        ("CDS", 121, 200),
        ("CDS", 401, 500),
        ("CDS", 801, 877),
    ]
    lines = [f"chr1\tx\t{kind}\t{start}\t{end}\t.\t+\t.\t{note}" for kind, start, end in rows]
    (copied.parents[1] / "genes.gtf").write_text("\n".join(lines) + "\n")
    assert rules(copied, question) == [("kept", "scored")]
    hint = "" if lacking == "everything" else "; did you mean GENE"
    with pytest.raises(
        QuestionError, match=f"GENF is not a transcript or gene of the run's annotation{hint}"
    ):
        variant_fate.ask(copied, "GENF:c.7A>C")


def test_the_command_answers_by_its_exit_code(
    folder: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert main(["why", str(folder), KEPT, "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["in_input"] is True
    assert answer["candidates"][0]["outcomes"][0]["event"] == "pseudoexon"
    assert main(["why", str(folder), "chr1", "1000", *snv(1000)]) == 1
    assert "is not in the input" in capsys.readouterr().out
    assert main(["why", str(folder), KEPT, KEPT]) == 0
    assert main(["why", str(folder), KEPT, "chr1-1000-{}-{}".format(*snv(1000))]) == 1
    assert capsys.readouterr().out.count("is not in the input") == 1
    assert main(["why", str(folder), "chr1"]) == 2
    assert main(["why", str(folder), KEPT, "chr1"]) == 2
    assert main(["why", str(folder.parent / "T"), KEPT]) == 2
    assert f"did you mean {folder}?" in caplog.text
    assert capsys.readouterr().out == ""


def test_results_kept_elsewhere_find_what_absolute_paths_name(copied: Path) -> None:
    """With ``results`` as an absolute path the folder of the run is not above the results."""
    root = copied.parents[1]
    record = json.loads((copied / "provenance.json").read_text())
    moved = {
        "results": str(root / "results"),
        "work": str(root / "work"),
        "genome": {"fasta": str(root / "genome.fa")},
    }
    (copied / "provenance.json").write_text(
        json.dumps({**record, "settings": {**record["settings"], **moved}})
    )
    assert rules(copied, "GENE:c.80+100{}>{}".format(*snv(300))) == [("kept", "scored")]


def test_what_networks_of_tracks_say_is_told_of_an_allele_outside_transcripts_too(copied: Path) -> None:
    path = copied / "prioritised.parquet"
    (row,) = parquet.read(PRIORITISED, path).to_pylist()
    unscored = {name: None for name in row if name.startswith("spliceai_")}
    row |= {**unscored, "status": "not_scored", "reason": "outside_transcripts", "flagged": False}
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [row]), path)
    assert "rank 1 of 1" not in told(copied, KEPT)
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [row | READ]), path)
    words = told(copied, KEPT)
    assert "rank 1 of 1" in words
    assert (
        "regulation 0.17 that regulation is damaged (not calibrated): Enformer predicts the largest change"
        in words
    )
    assert "require expert review" in words


def test_broken_provenance_is_told(copied: Path) -> None:
    (copied / "provenance.json").write_text('{"settings":')
    with pytest.raises(QuestionError, match="is broken"):
        variant_fate.ask(copied, KEPT)


def test_a_table_of_another_version_is_told(copied: Path) -> None:
    old = parquet.read(PRIORITISED, copied / "prioritised.parquet").drop_columns(["priority"])
    pq.write_table(old, copied / "prioritised.parquet")
    with pytest.raises(QuestionError, match=r"lacks priority.*run the workflow again"):
        variant_fate.ask(copied, KEPT)


def _changes() -> Iterator[tuple[int, str, str]]:
    """Seeded substitutions, deletions, insertions, duplications and replacements all over chr1."""
    draw = random.Random(3)
    for _ in range(60):
        pos, size = draw.randrange(130, 1750), draw.randrange(1, 6)
        ref = SEQUENCE[pos - 1 : pos - 1 + size]
        yield pos, ref[0], other(ref[0])
        yield pos, SEQUENCE[pos - 1 : pos + size], ref[0]
        yield pos, ref[0], ref[0] + "".join(draw.choices("ACGT", k=size))
        yield pos, ref, ref + ref
        yield pos, ref, "".join(draw.choices("ACGT", k=size + 1))


def test_names_of_any_change_lead_back_to_it(folder: Path) -> None:
    """HGVS there and back, on the contig and on either strand, in exons, introns and the untranslated ends."""
    genome = variant_fate.Run(folder).genome
    assert genome is not None
    reader = Reader("GRCh38", genome, lambda name: [t for t in TOY_TRANSCRIPTS if name == t.gene], list)
    for pos, ref, alt in _changes():
        wanted = spelling("chr1", pos, ref, alt, genome)
        names = [dna.hgvs_g("chr1", pos, ref, alt, genome)]
        names += [f"{t.gene}:{dna.hgvs_c(t, pos, ref, alt, genome)}" for t in (FORWARD, BACKWARD)]
        assert [reader.read(name) for name in names] == [[wanted]] * 3, (pos, ref, alt)


def _loosened(cure: Remedy) -> Filter:
    """The thresholds of the tests with the settings that a remedy names."""
    whole: dict[str, Any] = {"filter": plain(THRESHOLDS)}
    for key, value in cure.settings.items():
        *folders, name = key.split(".")
        inner = whole
        for part in folders:
            inner = inner[part]
        inner[name] = value
    return Filter(**whole["filter"])


def _dropped(thresholds: Filter, genome: Genome, change: dict[str, Any]) -> list[dict[str, Any]]:
    """The decision on one allele by the filters themselves, none if it passes all."""
    shares = {name: change.get(name, np.nan) for name in ("popmax_af", "cohort_frequency")}
    call = {name: value for name, value in change.items() if name not in shares}
    screened = screen(normalised(call), thresholds, PLACES, genome, "GRCh38")
    known = {**shares, "frequency_source": "sites/AF", "faf95": np.nan}
    known |= dict.fromkeys(("nhomalt", "hemizygotes", "male_homozygotes"), pd.NA)
    limited = limit(screened.alleles, pd.DataFrame(known, index=screened.alleles.index), thresholds, "GRCh38")
    rows = pd.concat([screened.decisions, limited.decisions])
    table = pa.Table.from_pandas(rows[DECISIONS.names], DECISIONS.schema, preserve_index=False)
    return parquet.check(DECISIONS, table).to_pylist()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("filter", {"filter": "LowQual;q10"}),
        ("depth", {"depth": 0}),
        ("genotype_quality", {"genotype_quality": 12.3456789}),
        ("allele_balance", {"allele_balance": 0.0261}),
        ("allele_balance", {"allele_balance": 0.9999}),
        ("frequency", {"popmax_af": 0.0100499}),
        ("frequency", {"popmax_af": 0.31849}),
        ("frequency", {"popmax_af": 0.99951}),
        ("frequency", {"popmax_af": 0.00204, "zygosity": "homozygous"}),
        ("frequency", {"popmax_af": 0.9, "chrom": "chrX"}),
        ("cohort", {"cohort_frequency": 0.123456}),
    ],
)
def test_the_setting_that_is_named_truly_keeps_the_allele(
    tmp_path: Path, rule: str, change: dict[str, Any]
) -> None:
    genome = builders.genome(tmp_path, {"chr1": SEQUENCE, "chrX": SEQUENCE})
    (row,) = _dropped(THRESHOLDS, genome, change)
    assert row["rule"] == rule
    cure = remedy(row, SETTINGS)
    assert cure.settings
    assert all(now(key, SETTINGS) != value for key, value in cure.settings.items())
    assert _dropped(_loosened(cure), genome, change) == []


@pytest.mark.parametrize(
    ("rule", "variant", "reach"),
    [
        ("longer_than_window", Variant("chr1", 101, SEQUENCE[100:700], "A"), Reach(50, 500, 0.9)),
        ("unknown_sequence", Variant("chr1", 101, SEQUENCE[100], "N"), Reach(100, 500, 0.2)),
    ],
)
def test_the_setting_of_the_model_truly_lets_it_be_read(
    tmp_path: Path, rule: str, variant: Variant, reach: Reach
) -> None:
    genome = builders.genome(tmp_path, {"chr1": SEQUENCE[:400] + "N" * 300 + SEQUENCE[700:]})
    refused = refusal(variant, FORWARD, genome, reach)
    assert refused is not None
    assert refused.rule == rule
    setting = BY_NAME[rule].setting.replace("models.", "models[0].")
    cure = remedy({**asdict(refused), "setting": setting}, SETTINGS)
    settings = {key.removeprefix("models[0]."): value for key, value in cure.settings.items()}
    assert refusal(variant, FORWARD, genome, replace(reach, **settings)) is None


NO_SETTING = [
    "genotype",
    "blacklist",
    "excluded",
    "outside_transcripts",
    "not_finite",
    "duplicate",
    "ref_mismatch",
]
NO_SETTING += ["contig_unknown", "position", *(name for name, _, _ in SYNTAX_RULES)]


@pytest.mark.parametrize("rule", NO_SETTING)
def test_a_rule_without_a_setting_says_what_else_there_is_to_do(rule: str) -> None:
    cure = remedy({"rule": rule, "detail": "", **dict.fromkeys(NUMBERS)}, SETTINGS)
    assert not cure.settings
    assert cure.words == BY_NAME[rule].remedy


def test_a_rule_of_another_version_has_no_remedy() -> None:
    assert remedy({"rule": "gone", "detail": ""}, SETTINGS) == Remedy(
        words="no setting is known for the rule gone"
    )


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("depth", "filter.min_depth"),
        ("allele_balance", "filter.het_allele_balance"),
        ("frequency", "filter.frequency.modes"),
        ("longer_than_window", "models.distance"),
    ],
)
def test_a_row_of_an_earlier_version_has_a_remedy_without_a_number(rule: str, key: str) -> None:
    cure = remedy({"rule": rule, "detail": "DP 4 < 10"}, SETTINGS)
    assert not cure.settings
    assert key in cure.words


@pytest.mark.parametrize(
    ("observed", "threshold", "limit"),
    [
        (0.0100499, 0.01, 0.0101),
        (0.02, 0.01, 0.02),
        (0.99951, 0.5, 1.0),
        (4.0, 10, 4),
        (12.3456789, 20.0, 12.3),
        (0.0, 10, 0),
        (0.0, [0.2, 0.8], [0.0, 0.8]),
        (0.9999, [0.2, 0.8], [0.2, 1.0]),
        (0.15, [0.2, 0.8], [0.15, 0.8]),
    ],
)
def test_the_nearest_limit_at_which_a_value_passes(observed: float, threshold: Any, limit: Any) -> None:
    assert remedies.passing(observed, threshold) == limit


def test_a_ledger_of_an_earlier_version_is_read_without_numbers(copied: Path) -> None:
    path = copied / "ledger.parquet"
    pq.write_table(pq.read_table(path).drop_columns(list(NUMBERS)), path)
    question = "chr1-310-{}-{}".format(*snv(310))
    assert rules(copied, question) == [("dropped", "depth")]
    assert (
        "DP 4 < 10 to keep it another value of filter.min_depth; the ledger, of an older landfall,"
        in told(copied, question)
    )


@pytest.mark.shared_data
def test_a_gene_and_a_name_with_a_blank_between_them_are_no_four_columns(shared_data: Path) -> None:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    gtf = shared_data / "loci" / "genes.GRCh38.gtf.gz"
    brca1 = [t for t in annotation_reader.read_gtf(gtf, genome.aliases, genome) if t.gene == "BRCA1"]
    reader = Reader("GRCh38", genome, lambda name: brca1 if name == "BRCA1" else [], list)
    assert list(map(str, reader.read("BRCA1 c.5194-12G>A"))) == ["chr17-43057147-C-T"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["GENE", "ENST00000258104.8"], "has no RefSeq names: name MANE's table in genome.mane"),
        (["GENE", "NM_000001.1"], "is none of the RefSeq transcripts that the run's annotation names"),
    ],
)
def test_a_refseq_transcript_that_is_not_known_is_refused_with_the_reason(
    names: list[str], words: str
) -> None:
    genome = MemoryGenome({"chr1": "A" * 100})
    reader = Reader("GRCh38", genome, lambda name: [], lambda: names)
    with pytest.raises(QuestionError, match=f"NM_003494.4 .*{words}"):
        reader.read("NM_003494.4:c.663+784C>T")
