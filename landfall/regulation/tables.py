"""The tables of regulatory track models."""

from __future__ import annotations

from landfall.genome.tables import (
    BOOL,
    CANDIDATE,
    CANDIDATE_COLUMNS,
    F64,
    FLOATS,
    HALVES,
    I32,
    I64,
    MODEL_COLUMN,
    TEXT,
)
from landfall.io.parquet import Table, TypedTable, optional, required
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow

TARGETS = Table(
    "targets",
    "one track of a regulatory track model: what it measures, by the official table",
    (
        required("number", I32, "number of the track in the network's output, from 0"),
        required(
            "identifier", TEXT, "identifier of the experiment; the number where no table of tracks is given"
        ),
        required("assay", TEXT, "kind of experiment; empty if not known"),
        required("tissue", TEXT, "tissue or cell; empty if not known"),
        required("tissue_group", TEXT, "group of tissues it belongs to; 'other' for none"),
        required("mark", TEXT, "histone mark or transcription factor; empty for assays of one kind"),
        required("strand", TEXT, "+ or - for a track of one strand, else empty"),
        required("description", TEXT, "the line of the official table"),
    ),
    ("number",),
)

TRACK_PLACEMENTS = Table(
    "track_placements",
    "one variant and gene for one regulatory track model: its window, or why it has none",
    (
        *CANDIDATE_COLUMNS,
        optional("tss", I64, "0-based base at which the gene's transcription starts; null without a gene"),
        optional(
            "window",
            I64,
            "number of the window within model, from 0; null if refused, and in the table of one sample",
        ),
        optional("start", I64, "0-based start of the window on the contig; null if refused"),
        optional("shard", I32, "scoring job of the window, from 1; null as window"),
        required("status", TEXT, "placed or not_scored"),
        required("reason", TEXT, "rule of the refusal, empty if placed"),
        required("detail", TEXT, "detail of the refusal, empty if placed"),
    ),
    CANDIDATE,
)

TRACKS = Table(
    "tracks",
    "scores of one variant and gene by one regulatory track model: one number per track, in the model's order",
    (
        *CANDIDATE_COLUMNS,
        optional("signal_ref", FLOATS, "sum over the bins, reference allele"),
        optional("sad", FLOATS, "sum over the bins of alternate minus reference (SAD)"),
        optional("logsad", HALVES, "sum over the bins of the differences of log2(signal + 1) (logSAD)"),
        optional("logd2", HALVES, "length of the vector of those differences (logD2)"),
        optional("local_log2", HALVES, "log2 ratio of the signal + 1 in the 501 bases around the variant"),
        optional(
            "gene_log2",
            HALVES,
            "the same in the bins of the gene's start, of RNA in those of its exons; NaN for tracks of the other "
            "strand, null where the output does not hold the start",
        ),
        optional(
            "log_odds",
            FLOATS,
            "change of the log2 odds of the probability, mean of both strands (DeepSEA, Beluga); null for others",
        ),
        optional(
            "class_ref", FLOATS, "score of each class of sequence, reference allele; null without classes"
        ),
        optional("class_alt", FLOATS, "the same with the alternate allele"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "detail of the reason, empty otherwise"),
    ),
    CANDIDATE,
    together=1 << 8,  # a row has thousands of numbers
)

STORED_TRACKS = Table(
    "stored_tracks",
    "scores of one change in one window by one regulatory track model, kept between runs",
    (
        required(
            "key",
            TEXT,
            "SHA-256 of window, change and the gene's start in it (landfall/regulation/score_cache.py)",
        ),
        *TRACKS.columns,
    ),
    ("key",),
    together=TRACKS.together,
)

REGULATION = TypedTable(
    "regulation",
    "the track of one assay and group of tissues that changes most, by one network for one variant and gene",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("assay", TEXT, "kind of experiment; empty without a table of tracks"),
        required("tissue_group", TEXT, "group of tissues; 'other' for none"),
        required("tissue", TEXT, "tissue or cell of the track"),
        required("mark", TEXT, "histone mark or transcription factor of the track, empty for none"),
        required("track", I32, "number of the track in the network's output, from 0"),
        required("target", TEXT, "identifier of the experiment"),
        required("signal_ref", F64, "sum over the bins, reference allele"),
        required("signal_alt", F64, "the same with the variant"),
        required("sad", F64, "alternate minus reference (SAD)"),
        required("logsad", F64, "sum over the bins of the differences of log2(signal + 1) (logSAD)"),
        required("local_log2", F64, "log2 ratio of the signal + 1 in the 501 bases around the variant"),
        optional(
            "gene_log2",
            F64,
            "the same at the gene's start, of RNA over its exons; null where the output does not hold the start and "
            "for the other strand",
        ),
        required("percentile", F64, "part of the background whose change of this track is smaller, 0 to 1"),
        required("z", F64, "SAD less the background's mean, in its standard deviations"),
        optional("log_odds", F64, "change of the log2 odds (DeepSEA, Beluga); null for others"),
        optional(
            "e_value",
            F64,
            "part of the published background variants that change the track more (DeepSEA, Beluga); null without one",
        ),
        optional(
            "functional_significance",
            F64,
            "geometric mean of the E-values of all tracks, the same in each row of a variant and network",
        ),
    ),
    (*CANDIDATE, "model", "track"),
    row_type=StrongestTrackRow,
)

CLASSES = Table(
    "classes",
    "one class of sequence by one network for one variant and gene",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("class", TEXT, "name of the class"),
        required("score_ref", F64, "score with the reference allele"),
        required("score_alt", F64, "score with the variant"),
        required("change", F64, "score_alt minus score_ref"),
    ),
    (*CANDIDATE, "model", "class"),
)

REGULATORY = TypedTable(
    "regulatory",
    "one variant and gene for the regulatory track models, the largest change first",
    (
        required("rank", I64, "order by z_percentile, then by z; 1 = first; variants without a score last"),
        *CANDIDATE_COLUMNS,
        required("strand", TEXT, "strand of the gene, empty without one"),
        optional("tss", I64, "0-based base at which the gene's transcription starts"),
        optional("model", TEXT, "the model with the largest change; null if none scored it"),
        optional("z", F64, "its largest change over all tracks, in standard deviations of the background"),
        optional("z_percentile", F64, "part of the background whose largest change is smaller, 0 to 1"),
        optional("background", I64, "number of background variants of its kind that it was compared with"),
        optional("target", TEXT, "the track with this change: identifier of the experiment"),
        optional("assay", TEXT, "its kind of experiment; empty without a table of tracks"),
        optional("tissue", TEXT, "its tissue or cell"),
        required("networks", I64, "networks that scored it"),
        required("explained", BOOL, "whether it is among the interpreted variants"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why no network scored it, empty otherwise"),
        required("detail", TEXT, "detail of the reason, empty otherwise"),
    ),
    CANDIDATE,
    row_type=RegulatoryRow,
)

REGULATION_BINS = Table(
    "regulation_bins",
    "one track bin by bin around an interpreted variant, with either allele, in reference coordinates",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("track", I32, "number of the track in the network's output, from 0"),
        required("start", I64, "0-based position on the contig of the first bin"),
        required("bin", I32, "bases of a bin"),
        required("signal_ref", FLOATS, "signal by bin, reference allele"),
        required("signal_alt", FLOATS, "signal by bin with the variant, aligned to the reference's bins"),
    ),
    (*CANDIDATE, "model", "track"),
)

REGULATION_ATTRIBUTION = Table(
    "regulation_attribution",
    "attention or contribution of one model for an interpreted variant, bin by bin",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required(
            "kind",
            TEXT,
            "attention (of the bins at the gene's start, sums to 1 on the reference) or contribution (mean "
            "|gradient x input| of the track that changes most, in the model's units)",
        ),
        required("haplotype", TEXT, "reference or alternate"),
        optional("track", I32, "the target track; null for attention, which has none"),
        required(
            "attribution_target",
            TEXT,
            "gene or variant: the target position in the output",
            formerly=("watched",),
        ),
        required("start", I64, "0-based position on the contig of the first bin"),
        required("bin", I32, "bases of a bin"),
        required("values", FLOATS, "one number a bin"),
    ),
    (*CANDIDATE, "model", "kind", "haplotype"),
    formerly=("regulation_maps",),
)

REGULATION_STRETCHES = Table(
    "regulation_stretches",
    "a region with a leading contribution to the gene's start on the reference, the promoter excluded, largest first",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("rank", I64, "1 = largest contribution"),
        required("start", I64, "0-based first base on the contig"),
        required("end", I64, "end, half-open"),
        required("share", F64, "its part of the contribution of the whole window, 0 to 1"),
        optional("attention", F64, "attention of the gene's start to it, 0 to 1; null without attention"),
        required("distance", I64, "bases from the gene's start to its middle, + to the right on the contig"),
        required("holds_variant", BOOL, "whether the variant lies in it"),
    ),
    (*CANDIDATE, "model", "rank"),
)

REGULATION_MUTAGENESIS = Table(
    "regulation_mutagenesis",
    "one substitution around an interpreted variant, scored by one model",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("track", I32, "the target track, the one that changes most"),
        required("base_pos", I64, "1-based position of the base"),
        required("base", TEXT, "the reference base, + strand"),
        required("changed_to", TEXT, "the base it is changed to, + strand"),
        required("sad", F64, "SAD of the track by this change alone"),
    ),
    (*CANDIDATE, "model", "base_pos", "changed_to"),
)
