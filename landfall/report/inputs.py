"""What the report is made of, and the shape of the provenance it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from landfall.genome.transcripts import Transcript
from landfall.ranking.tables import EVIDENCE
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
    REGULATORY,
)
from landfall.splicing.tables import (
    ANTISENSE_SCAN,
    ASSAYS,
    HAPLOTYPES,
    INTERPRETED_CANDIDATES,
    MUTAGENESIS,
    STABILITY,
)

SPLICING = {
    table.name: table
    for table in (
        EVIDENCE,
        ASSAYS,
        INTERPRETED_CANDIDATES,
        MUTAGENESIS,
        ANTISENSE_SCAN,
        HAPLOTYPES,
        STABILITY,
    )
}
OF_REGULATION = {
    table.name: table
    for table in (
        REGULATORY,
        REGULATION,
        CLASSES,
        REGULATION_BINS,
        REGULATION_ATTRIBUTION,
        REGULATION_STRETCHES,
        REGULATION_MUTAGENESIS,
    )
}
FURTHER = SPLICING | OF_REGULATION
"""Tables that say more of leading candidates, by name; a section whose table is absent says so."""


@dataclass(frozen=True)
class ReportInputs:
    """The tables of one sample, the transcripts of the genes shown, and where everything came from.

    ``prioritised``, ``outcomes``, ``probabilities``, ``ledger`` and ``callset`` keep the contracts of
    ``landfall.stages.results``, and so do those of ``further``, which holds any of FURTHER by name.
    ``changes`` (tables.CHANGES) and ``previous``, the record written with them, say what changed since an earlier
    result; without ``previous`` there is none. ``provenance`` may hold the keys below; one that is absent prints as
    "not recorded":

    - ``created`` (text), ``version`` (of landfall), ``assembly``, ``banner`` (text or None), ``cutoff`` (the
      delta score from which a variant is flagged)
    - ``phenotype`` [{id, name}], ``pedigree`` (text), ``candidate_genes`` (text), ``warnings`` [text]
    - ``software`` {name: version}, ``settings`` {name: value, nested at will; ``report`` holds
      max_candidates and max_cases}
    - ``inputs`` [{role, name, sha256}]
    - ``regulation`` {running: [{name, title}], off: [{title, why}], background: number of random
      changes, tissues: [group], flank: bases beyond genes in which variants were kept, or null}
    - ``off`` {what was switched off for want of its tables: why}
    - ``models`` [{name, title, version, citation, licence: {name, url, commercial, note},
      weights: [{name, sha256}]}]
    """

    sample: str
    prioritised: pa.Table
    outcomes: pa.Table
    probabilities: pa.Table
    ledger: pa.Table
    callset: pa.Table
    transcripts: Sequence[Transcript] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    further: Mapping[str, pa.Table] = field(default_factory=dict)
    changes: pa.Table | None = None
    previous: Mapping[str, Any] = field(default_factory=dict)
