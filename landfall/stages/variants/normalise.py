"""Every allele of the VCF in one spelling."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.sequence import Genome
from landfall.variants import normalise

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    alleles: Path,
    ledger: Path,
    repeats: Path,
    threads: int = 2,
) -> None:
    """Every allele of the VCF in one spelling, and the account of all of them."""
    given, kept = normalise.normalise(
        sample.vcf,
        resolved["vcf_sample"],
        Genome(settings.genome.fasta),
        alleles,
        ledger,
        repeats,
        settings.filter.frequency.info_fields,
        settings.normalise.max_ref_mismatch_fraction,
        threads,
    )
    log.info("%d alleles of the input, %d in one spelling", given, kept)
