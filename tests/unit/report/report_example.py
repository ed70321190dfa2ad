"""Made-up tables for the report: three genes that do not exist, one event each, and a ledger that adds up."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa

from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.report.inputs import ReportInputs
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.testing.rows import SCORED
from landfall.variants.tables import CALLSET, LEDGER

D = 500
AMINO = "ACDEFGHIKLMNPQRSTVWY"

PLUS = Transcript(
    "ALPHA1",
    "G1",
    "TX1.1",
    "chr2",
    "+",
    tuple((100_000 + 4_000 * n, 100_000 + 4_000 * n + 132) for n in range(12)),
    100_040,
    144_090,
    "mRNA",
    "MANE_Select",
    True,
)
MINUS = Transcript(
    "BETA2",
    "G2",
    "TX2.3",
    "chr7",
    "-",
    tuple((500_000 + 900 * n, 500_000 + 900 * n + 150) for n in range(8)),
    500_050,
    506_400,
    "mRNA",
    "MANE_Select",
    True,
)
SKIP = Transcript(
    "GAMMA3",
    "G3",
    "TX3.2",
    "chr9",
    "+",
    tuple((800_000 + 700 * n, 800_000 + 700 * n + 96) for n in range(6)),
    800_010,
    803_590,
    "mRNA",
    "",
    True,
)


NOT_FOUND = {
    "finding_level": "none",
    "finding_kinds": "",
    "finding_reason": "No evidence reaches the level of a candidate; the largest masked delta score is 0.46, the "
    "threshold 0.5.",
    "relatives": None,
}
FOUND = {
    "finding_level": "finding",
    "finding_kinds": "splicing",
    "finding_reason": "Splicing changes by prediction (masked delta score 0.91, threshold 0.5); the homozygous "
    "genotype fits autosomal recessive.",
}


def protein(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(AMINO, k=length))


def row(**changes: Any) -> dict[str, Any]:
    """A prioritised row of an unremarkable candidate."""
    base: dict[str, Any] = {
        "rank": 1,
        "chrom": "chr2",
        "pos": 124_916,
        "ref": "C",
        "alt": "T",
        "gene": "ALPHA1",
        "transcript": "TX1.1",
        "strand": "+",
        "hgvs_g": "chr2:g.124916C>T",
        "hgvs_c": "c.752+784C>T",
        "consequence": "intron_variant",
        "location": "784 bases into intron 7",
        "priority": 0.1,
        **SCORED,
        "flagged": False,
        **NOT_FOUND,
        "inheritance": "recessive, homozygous in the patient",
        "inheritance_fits": True,
        "inheritance_modes": "autosomal_recessive",
        "inheritance_status": "fits",
        "inheritance_probability": 1.0,
        "zygosity": "homozygous",
        "genotype": "1/1",
        "depth": 34,
        "genotype_quality": 99.0,
        "allele_balance": 1.0,
        "popmax_af": None,
        "frequency_source": "absent",
        "hpo_matches": "HP:0003560",
        "status": "scored",
        "reason": "",
        "detail": "",
    }
    return {**base, **changes}


def spliceai(deltas: tuple[float, float, float, float], places: tuple[int, int, int, int]) -> dict[str, Any]:
    """Score columns from (ag, al, dg, dl), masked as raw save an unannotated loss."""
    names = ("ag", "al", "dg", "dl")
    raw = {f"spliceai_ds_{n}": v for n, v in zip(names, deltas, strict=True)}
    raw |= {f"spliceai_dp_{n}": v for n, v in zip(names, places, strict=True)}
    masked = {k.replace("spliceai_", "spliceai_masked_"): v for k, v in raw.items()}
    return {**raw, **masked, "spliceai_ds_max": max(deltas), "spliceai_masked_ds_max": max(deltas)}


PSEUDOEXON = row(
    priority=0.94,
    flagged=True,
    **FOUND,
    event="pseudoexon",
    event_size_nt=47,
    event_frameshift=True,
    event_ptc=True,
    event_nmd=True,
    **spliceai((0.62, 0.0, 0.91, 0.0), (-47, 12, -1, 215)),
)
INVERTED = row(
    rank=2,
    chrom="chr7",
    pos=503_398,
    gene="BETA2",
    transcript="TX2.3",
    strand="-",
    ref="G",
    alt="A",
    hgvs_g="chr7:g.503398G>A",
    hgvs_c="c.559+203C>T",
    location="203 bases into intron 4",
    zygosity="heterozygous",
    genotype="0/1",
    allele_balance=0.48,
    inheritance="recessive, a second variant is needed",
    inheritance_fits=False,
    inheritance_modes="",
    inheritance_status="excluded",
    inheritance_probability=0.0,
    partner="chr7-504100-T-C",
    partner_kind="symmetric",
    partner_phase="cis",
    partner_trans_probability=0.03,
    popmax_af=0.0000123,
    frequency_source="INFO/gnomad_af",
    priority=0.58,
    event="pseudoexon",
    event_size_nt=63,
    event_frameshift=False,
    event_ptc=False,
    hpo_matches="",
    **spliceai((0.44, 0.02, 0.46, 0.0), (64, 20, 2, -5)),
)
SKIPPED = row(
    rank=3,
    chrom="chr9",
    pos=802_197,
    gene="GAMMA3",
    transcript="TX3.2",
    ref="G",
    alt="A",
    hgvs_g="chr9:g.802197G>A",
    hgvs_c="c.374+1G>A",
    consequence="splice_donor_variant",
    location="1 base into intron 4",
    zygosity="heterozygous",
    genotype="0/1",
    allele_balance=0.52,
    inheritance="dominant, heterozygous in the patient",
    priority=0.55,
    flagged=True,
    **FOUND,
    popmax_af=0.0,
    frequency_source="INFO/gnomad_af",
    event="exon_skipping",
    event_size_nt=96,
    event_frameshift=False,
    event_ptc=False,
    **spliceai((0.0, 0.88, 0.03, 0.99), (7, -96, 80, -1)),
)
UNSCORED = row(
    rank=60,
    pos=118_400,
    ref="C" + "A" * 30,
    alt="C",
    hgvs_g="chr2:g.118401_118430del",
    hgvs_c="c.530+2268_530+2297del",
    location="2,268 bases into intron 4",
    status="not_scored",
    reason="longer_than_window",
    priority=0.0,
    detail="deletion of 30 bases; the model accepts <100> & refuses more",
)


def outcome(of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base = {name: of[name] for name in ("chrom", "pos", "ref", "alt", "gene", "transcript")}
    return {
        **base,
        "outcome": 1,
        "called": True,
        "is_gain": True,
        "reason": "gain pair at or above 0.2",
        **changes,
    }


def outcomes() -> list[dict[str, Any]]:
    """The outcomes of the three events, the first with an alternative."""
    ref = protein(60, 1)
    return [
        outcome(
            PSEUDOEXON,
            event="pseudoexon",
            start=124_868,
            end=124_915,
            size_nt=47,
            location="intron 7",
            acceptor=124_869,
            acceptor_ref=0.21,
            acceptor_alt=0.83,
            donor=124_915,
            donor_ref=0.02,
            donor_alt=0.93,
            frameshift=True,
            ptc=True,
            ptc_codon=264,
            nmd=True,
            nmd_reason="the stop lies 412 bases before the last exon junction",
            transcript_proportion=0.83,
            hgvs_r="r.(752_753ins752+737_752+783)",
            hgvs_p="p.(Gly251AlafsTer14)",
            inserted="".join(random.Random(3).choices("ACGT", k=47)),
            protein_ref=ref,
            protein_alt=ref[:20] + protein(13, 2) + "*",
            protein_start=231,
            reason="acceptor 0.21 to 0.83 and donor 0.02 to 0.93, 47 bases apart in one intron",
        ),
        outcome(
            PSEUDOEXON,
            outcome=2,
            event="pseudoexon",
            start=124_800,
            end=124_915,
            size_nt=115,
            location="intron 7",
            acceptor=124_801,
            acceptor_ref=0.1,
            acceptor_alt=0.14,
            donor=124_915,
            donor_ref=0.02,
            donor_alt=0.93,
            frameshift=True,
            ptc=True,
            ptc_codon=259,
            nmd=True,
            transcript_proportion=0.12,
            hgvs_p="p.(Gly251ValfsTer9)",
            reason="a weaker acceptor, 0.10 to 0.14, 115 bases before the donor",
        ),
        outcome(
            INVERTED,
            event="pseudoexon",
            start=503_399,
            end=503_462,
            size_nt=63,
            location="intron 4",
            acceptor=503_462,
            acceptor_ref=0.05,
            acceptor_alt=0.49,
            donor=503_400,
            donor_ref=0.3,
            donor_alt=0.76,
            frameshift=False,
            ptc=False,
            transcript_proportion=0.45,
            hgvs_p="p.(Asp186_Lys187ins21)",
            inserted="".join(random.Random(4).choices("ACGT", k=63)),
            protein_ref=protein(40, 5),
            protein_alt=protein(40, 5)[:20] + protein(21, 6) + protein(40, 5)[20:],
            protein_start=167,
        ),
        outcome(
            SKIPPED,
            event="exon_skipping",
            is_gain=False,
            start=802_100,
            end=802_196,
            size_nt=96,
            location="exon 4",
            acceptor=802_101,
            acceptor_ref=0.97,
            acceptor_alt=0.09,
            donor=802_196,
            donor_ref=0.99,
            donor_alt=0.0,
            frameshift=False,
            ptc=False,
            transcript_proportion=0.9,
            hgvs_r="r.(279_374del)",
            hgvs_p="p.(Val94_Gln125del)",
            reason="acceptor and donor of one exon are lost",
        ),
    ]


def probabilities(of: dict[str, Any], sites: list[tuple[str, int, float, float]]) -> dict[str, Any]:
    """A track of 2 D + 1 bases with the sites (kind, 1-based position, P reference, P alternate)."""
    start, noise = of["pos"] - 1 - D, random.Random(of["pos"])
    names = ("ref_acceptor", "ref_donor", "alt_acceptor", "alt_donor")
    track: dict[str, Any] = {name: [0.0002] * (2 * D + 1) for name in names}
    for index in noise.sample(range(2 * D + 1), 12):
        for name, value in zip(names, (noise.uniform(0.01, 0.05),) * 4, strict=True):
            track[name][index] = value if noise.random() < 0.6 else 0.0
    for kind, pos, before, after in sites:
        track[f"ref_{kind}"][pos - 1 - start], track[f"alt_{kind}"][pos - 1 - start] = before, after
    base = {name: of[name] for name in ("chrom", "pos", "ref", "alt", "gene", "transcript")}
    return {**base, "model": "spliceai", "start": start, **track}


def tracks() -> list[dict[str, Any]]:
    return [
        probabilities(
            PSEUDOEXON,
            [
                ("acceptor", 124_869, 0.21, 0.83),
                ("donor", 124_915, 0.02, 0.93),
                ("acceptor", 124_801, 0.1, 0.14),
                ("donor", 125_130, 0.12, 0.1),
            ],
        ),
        probabilities(
            INVERTED,
            [
                ("acceptor", 503_462, 0.05, 0.49),
                ("donor", 503_400, 0.3, 0.76),
                ("acceptor", 503_750, 0.99, 0.98),
                ("donor", 503_601, 0.98, 0.98),
                ("acceptor", 502_950 + 100, 0.1, 0.1),
            ],
        ),
        probabilities(
            SKIPPED,
            [
                ("acceptor", 802_101, 0.97, 0.09),
                ("donor", 802_196, 0.99, 0.0),
                ("donor", 802_277, 0.02, 0.05),
            ],
        ),
    ]


BESIDE: dict[str, Any] = {
    "hgvs_c_refseq": "NM_000001.2:c.752+784C>T",
    "refseq_source": "MANE",
    "coding_transcript": "TX1.2",
    "coding_tag": "MANE_Plus_Clinical",
    "coding_consequence": "stop_gained",
    "coding_hgvs_c": "c.916_917delinsTA",
    "coding_hgvs_c_refseq": "NM_000001.9:c.916_917delinsTA",
    "coding_hgvs_p": "p.(Thr306Ter)",
    "joint_with": "chr2-124917-C-A",
    "joint_phase": "cis",
    "joint_transcript": "TX1.2",
    "joint_consequence": "stop_gained",
    "joint_hgvs_c": "c.916_917delinsTA",
    "joint_hgvs_c_refseq": "NM_000001.9:c.916_917delinsTA",
    "joint_hgvs_p": "p.(Thr306Ter)",
    "elsewhere_transcript": "TX1.3",
    "elsewhere_consequence": "splice_donor_variant",
    "elsewhere_hgvs_c": "c.916+1C>T",
}
"""The columns of a candidate whose neighbour, and whose other transcripts, say more than its own."""


def also_ran() -> list[dict[str, Any]]:
    """Fifty candidates of low rank."""
    made, dice = [], random.Random(9)
    for n in range(4, 54):
        pos, top = 104_000 + 613 * n, round(dice.uniform(0, 0.14), 2)
        made.append(
            row(
                rank=n,
                pos=pos,
                hgvs_g=f"chr2:g.{pos}C>T",
                hgvs_c=f"c.{100 + n}+{n * 31}C>T",
                zygosity="heterozygous",
                location=f"{n * 31} bases into intron {n % 11 + 1}",
                genotype="0/1",
                allele_balance=0.5,
                inheritance="recessive, a second variant is needed",
                inheritance_fits=False,
                event="none",
                popmax_af=None if n % 3 else 0.0004,
                priority=round(top / 2, 3),
                **spliceai((top, 0.0, 0.01, 0.0), (7, 1, 2, 3)),
            )
        )
    return made


LOSSES = (
    ("normalise", "symbolic", "dropped", 9),
    ("normalise", "spanning_deletion", "dropped", 31),
    ("normalise", "ref_mismatch", "dropped", 2),
    ("normalise", "duplicate", "dropped", 4),
    ("filter", "genotype", "dropped", 102),
    ("filter", "filter", "dropped", 611),
    ("filter", "depth", "dropped", 214),
    ("filter", "genotype_quality", "dropped", 187),
    ("filter", "allele_balance", "dropped", 96),
    ("filter", "region", "dropped", 1_803),
    ("filter", "frequency", "dropped", 1_020),
    ("windows", "longer_than_window", "not_scored", 1),
)


def ledger(losses: tuple[tuple[str, str, str, int], ...] = LOSSES, kept: int = 53) -> list[dict[str, Any]]:
    statuses = [(stage, rule, status) for stage, rule, status, times in losses for _ in range(times)]
    statuses += [("score", "scored", "kept")] * kept
    return [
        {
            "record": n,
            "allele": 1,
            "chrom": "chr2",
            "pos": 1000 + n,
            "ref": "C",
            "alt": "T",
            "status": status,
            "stage": stage,
            "rule": rule,
            "detail": f"{rule}: value seen, setting held against",
        }
        for n, (stage, rule, status) in enumerate(statuses, 1)
    ]


PROVENANCE: dict[str, Any] = {
    "created": "2026-01-15 10:30 UTC",
    "version": "0.1.0",
    "assembly": "GRCh38",
    "cutoff": 0.5,
    "banner": "Synthetic example. The genes, variants and scores are made up; this is nobody's result.",
    "phenotype": [
        {"id": "HP:0003560", "name": "Muscular dystrophy"},
        {"id": "HP:0003236", "name": "Elevated creatine kinase"},
    ],
    "pedigree": "proband affected, male; mother and father unaffected, not sequenced",
    "candidate_genes": "214 genes annotated to the phenotype terms",
    "warnings": ["The VCF header names no reference; contig lengths agree with GRCh38."],
    "software": {"python": "3.12.4", "torch": "2.13.0", "pysam": "0.24.0"},
    "settings": {
        "filter": {"min_depth": 10, "max_frequency": 0.01},
        "score": {"distance": D, "models": ["spliceai"]},
        "masked": True,
    },
    "inputs": [
        {"role": "VCF", "name": "patient.vcf.gz", "sha256": "ab" * 32},
        {"role": "reference", "name": "GRCh38.fa.gz", "sha256": "cd" * 32},
    ],
    "command": "snakemake --cores 8 --configfile my.yaml",
    "results": [
        {"name": f"{name}.parquet", "bytes": 1, "sha256": "ef" * 32}
        for name in ("prioritised", "outcomes", "ledger", "callset", "regulation_mutagenesis")
    ],
    "models": [
        {
            "name": "spliceai",
            "title": "SpliceAI",
            "version": "1.3.1",
            "citation": "Jaganathan et al., Cell 2019",
            "licence": {
                "name": "CC BY-NC 4.0",
                "url": "https://creativecommons.org/licenses/by-nc/4.0/",
                "commercial": False,
                "note": "Commercial use needs a licence from Illumina",
            },
            "weights": [{"name": f"spliceai{n}.h5", "sha256": f"{n}f" * 32} for n in range(1, 6)],
        }
    ],
}


def callset() -> list[dict[str, Any]]:
    counts = {
        "chr1": (2700, 1700, 800, 60, 90, 50, 1600, 1000, 0),
        "chrX": (1300, 600, 500, 90, 80, 30, 0, 20, 1280),
    }
    names = [name for name in CALLSET.names if name not in ("chrom", "substitutions")]
    rows = [{"chrom": chrom, **dict(zip(names, row, strict=True))} for chrom, row in counts.items()]
    return [{**row, "substitutions": row["transitions"] + row["transversions"]} for row in rows]


def tables(*filled: tuple[parquet.Table, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """Tables from their rows, by name."""
    return {table.name: parquet.from_rows(table, rows) for table, rows in filled}


def full() -> ReportInputs:
    """Two findings, one of them on the - strand left unflagged, fifty others, one not scored."""
    return ReportInputs(
        sample="EXAMPLE-01",
        tables=tables(
            (PRIORITISED, [PSEUDOEXON, INVERTED, SKIPPED, *also_ran(), UNSCORED]),
            (OUTCOMES, outcomes()),
            (PROBABILITIES, tracks()),
            (LEDGER, ledger()),
            (CALLSET, callset()),
        ),
        transcripts=[PLUS, MINUS, SKIP],
        provenance=PROVENANCE,
    )


def nothing() -> ReportInputs:
    """Candidates, but none flagged."""
    return full().with_tables(tables((PRIORITISED, also_ran())))


def empty() -> ReportInputs:
    """No allele passed: tables without rows, no transcripts, no provenance."""
    return ReportInputs(
        sample="EMPTY",
        tables=tables(
            (PRIORITISED, []),
            (OUTCOMES, []),
            (PROBABILITIES, []),
            (LEDGER, ledger(LOSSES[:4], 0)),
            (CALLSET, []),
        ),
    )
