"""Terms of the report with their meanings: a section of the report, and docs/glossary.md.

Generated document: ``make manuals`` writes docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from landfall.report.section import Section
from landfall.report.view import ReportView

Terms = Sequence[tuple[str, str]]
"""Pairs of term and meaning."""

GROUPS: Sequence[tuple[str, Terms]] = (
    (
        "Splicing",
        (
            (
                "Splice site",
                "The boundary of an exon: the donor is its 3' end, followed by GT in most introns, the "
                "acceptor its 5' end, preceded by AG. A donor is given by the exon's last base, an acceptor "
                "by its first",
            ),
            ("Deep intronic", "In an intron, more than 50 bases from the nearest exon"),
            (
                "Cryptic site",
                "A donor or acceptor outside the annotation that is used because of the variant",
            ),
            (
                "Pseudoexon",
                "Part of an intron, between a cryptic acceptor and a cryptic donor, that is included in the "
                "mRNA as an additional exon",
            ),
            ("Exon skipping", "An exon, or several consecutive ones, is missing from the mRNA"),
            (
                "Exon inclusion",
                "More mRNAs include an annotated exon, or one of another transcript of the gene",
            ),
            ("Intron retention", "An intron remains in the mRNA"),
            (
                "Called, listed",
                "A called event reaches the cut-offs of the run; a listed one is a weaker possibility below "
                "them",
            ),
            (
                "Delta score",
                "The largest change, within a distance of the variant, of a splice site's probability by the "
                "model, 0 to 1: acceptor gain (AG), acceptor loss (AL), donor gain (DG), donor loss (DL)",
            ),
            (
                "Delta position",
                "Position of that change, in bases from the variant, positive to the right on the chromosome",
            ),
            (
                "Raw, masked",
                "A masked delta score ignores gains at annotated sites and losses elsewhere, which rarely "
                "alter the transcript; a raw one includes them",
            ),
            ("Distance (D)", "Bases on either side of the variant within which changes are scored"),
            (
                "Probability that splicing is affected",
                "Calibrated on variants whose effect on RNA was measured, from all models of the run. Not a "
                "probability of disease",
            ),
            (
                "Share of transcripts, transcript proportion",
                "Predicted proportion of the gene's transcripts with an outcome, from the site "
                "probabilities. It orders the outcomes and is not calibrated",
            ),
            (
                "Delta logit PSI",
                "Change of the inclusion of an exon by MMSplice. PSI (percent spliced in) is the proportion "
                "of transcripts that include the exon; the logit is ln(PSI / (1 - PSI))",
            ),
            (
                "MaxEntScan",
                "Score of the bases of a splice site alone, as log2 of the likelihood ratio of true site to "
                "background",
            ),
        ),
    ),
    (
        "mRNA and protein",
        (
            (
                "Frameshift",
                "The number of coding bases changes by other than a multiple of three, so that all following "
                "codons differ",
            ),
            ("Premature stop (PTC)", "A stop codon before the annotated one"),
            (
                "NMD, decay",
                "Nonsense-mediated decay: the cell degrades mRNAs with a premature stop, in general unless "
                'the stop lies in the last exon or within 50 bases before the last exon junction. "Expected" '
                "follows from this rule, not from a measurement",
            ),
            (
                "HGVS names",
                "Standard names of a change: g. on the chromosome, c. in the coding transcript (c.663+784 is "
                "784 bases into the intron after coding base 663), n. in a non-coding one, r. in the RNA, p. "
                "in the protein. Parentheses mark a prediction",
            ),
            (
                "MANE Select",
                "The representative transcript of a gene on which Ensembl and RefSeq agree; MANE Plus "
                "Clinical lists further ones with clinical relevance",
            ),
            (
                "Representative transcript",
                "The transcript in which an allele is scored and named: MANE Select, Ensembl canonical, else "
                "the longest",
            ),
            (
                "Consequence",
                "Effect of a change on the transcript or protein as a Sequence Ontology term, such as "
                "missense variant or stop gained",
            ),
        ),
    ),
    (
        "Genotype and inheritance",
        (
            ("Allele balance", "Fraction of the reads with the allele, about 0.5 for a heterozygous call"),
            ("Heteroplasmy", "Fraction of a cell's mitochondria with the allele, estimated from reads"),
            (
                "Cis, trans",
                "Two variants on the same copy of the chromosome, or on different copies. The phase is "
                "unknown if the data do not distinguish them",
            ),
            (
                "Compound heterozygous",
                "Two different heterozygous variants in trans in one gene: both copies are affected",
            ),
            ("De novo", "Absent from both parents"),
            (
                "Fits, open, excluded",
                "Agreement of a mode of inheritance with the genotypes of patient and relatives. Open: data "
                "are missing, such as a parent's genotype",
            ),
            ("Penetrance", "Fraction of carriers of a causal genotype who have the disease"),
            ("Phenocopy", "A disease with similar features and another cause"),
        ),
    ),
    (
        "Frequency, phenotype, ranking",
        (
            (
                "Population frequency",
                "Frequency of the allele in the most frequent population group of the reference data "
                '(popmax), such as gnomAD. "Not found": absent from the data; "not covered": no data at this '
                "position",
            ),
            (
                "Filtering frequency (faf95)",
                "Lower bound of the 95 % confidence interval of the population frequency",
            ),
            ("HPO term", "A feature of the patient in the Human Phenotype Ontology, HP and seven digits"),
            (
                "Relevance",
                "Fraction of the information content of the patient's HPO terms that the gene's annotations "
                "share, 0 to 1",
            ),
            (
                "Panel",
                "List of genes for a disease with confidence levels, as in PanelApp: green (high), amber, "
                "red (low)",
            ),
            (
                "Candidate genes",
                "The genes analysed: from HPO terms, gene list, panel or regions of the patient; all genes "
                "without any of these",
            ),
            (
                "Likelihood ratio",
                "How much more often the evidence is observed for causal than for background variants. The "
                "parts of the score are its log10: +1 is tenfold, -1 a tenth",
            ),
            ("Sum, score", "Sum of these parts, which orders the candidates"),
            (
                "Priority",
                "The score on a scale from 0 to 1. Not a probability of disease, and not comparable between "
                "patients",
            ),
            (
                "Flagged, finding",
                "A candidate with a masked delta score at or above the threshold of the run",
            ),
            (
                "Draft evidence",
                "ACMG/AMP criteria that the data may meet: PVS1 (null variant), PS1 (same site as a known "
                "pathogenic variant), PS2 and PM6 (de novo), PM2 (rare), PM3 (in trans with a pathogenic "
                "variant), PP1 and BS4 (segregation), PP3 and BP4 (prediction), PP4 (specific phenotype), BA1 "
                "and BS1 (common), BP7 (silent or intronic without predicted effect). A draft for manual "
                "review, not a classification",
            ),
        ),
    ),
    (
        "Interpretation and confirmation",
        (
            (
                "In silico mutagenesis",
                "The model's prediction for every single-base change around the variant, which shows the "
                "bases that carry the effect",
            ),
            (
                "N-masking, antisense scan",
                "An interval is replaced by N, unknown bases, as an approximation of coverage by an "
                "antisense oligonucleotide. Intervals to test, not drugs",
            ),
            (
                "Rescue, synergy, additive",
                "Joint effect of the candidate with variants on the same copy: reversed by at least half, "
                "larger than each alone and their sum, or neither",
            ),
            (
                "Stability",
                "Whether the call is the same under other settings: distance, mask, single networks, other "
                "transcripts and models",
            ),
            (
                "RT-PCR",
                "Amplification of RNA after reverse transcription, which shows the spliced product as a band "
                "of a given size in base pairs (bp)",
            ),
            (
                "Flanking pair, junction pair",
                "Primers on either side of the change, with a band from each mRNA; or one primer across a "
                "new exon junction, with a band from the mutant mRNA alone",
            ),
        ),
    ),
    (
        "Regulation",
        (
            (
                "Regulatory track model",
                "A network that predicts measured signals along the genome, such as chromatin accessibility "
                "or expression, from the sequence",
            ),
            ("Track", "One predicted signal: an assay in a tissue or cell"),
            (
                "SAD",
                "Sum over positions of a track's signal with the alternate allele minus that with the "
                "reference allele",
            ),
            (
                "Background variants",
                "Random variants scored with the same settings, the comparison for a patient's variant",
            ),
            (
                "z, percentile",
                "The change in standard deviations of the background variants, and the fraction of them with "
                "a smaller change",
            ),
            (
                "Attention, attribution",
                "Internal weights of the network, and gradient times input: positions on which the "
                "prediction depends. Neither measures a contact or a binding site",
            ),
        ),
    ),
    (
        "Files and provenance",
        (
            (
                "Funnel, ledger",
                "The ledger lists every allele of the input with its status and the rule that dropped it; "
                "the funnel counts them by step",
            ),
            ("Not scored", "Kept by the filters, but no model could score it; the reason is given"),
            (
                "Exempt from a filter",
                "Kept although a filter would drop it, because it is classified as pathogenic or has a "
                "precomputed score",
            ),
            (
                "Ti/Tv",
                "Ratio of transitions to transversions of a call set, about 2.1 in a whole genome; lower "
                "values indicate false calls",
            ),
            (
                "Normalised representation",
                "The left-aligned, minimal form of an allele, in which equivalent representations are "
                "identical",
            ),
            ("Provenance", "Record of inputs, weights, settings and software of a result, with digests"),
        ),
    ),
)


HEAD = """# Glossary

Terms of the report. Formulas, thresholds and sources: [science.md](science.md). Written by
`make manuals`.
"""


def manual() -> str:
    """The whole document, Markdown."""
    return "\n".join([HEAD, *(line for name, terms in GROUPS for line in _group(name, terms))])


def _group(name: str, terms: Terms) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| term | meaning |"
    yield "| --- | --- |"
    for term, meaning in terms:
        yield f"| {term} | {meaning} |"
    yield ""


def _context(_: ReportView) -> dict[str, Any]:
    return {"groups": GROUPS}


SECTION = Section(
    id="glossary",
    title="Glossary",
    template="glossary.html.j2",
    context=_context,
    nav="Glossary",
)
