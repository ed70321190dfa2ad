"""Every allele of the VCF in one spelling."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landfall import normalise as normalisation
from landfall import tables
from landfall.genome import Genome
from landfall.settings import Sample, Settings

log = logging.getLogger(__name__)


def run(settings: Settings, sample: Sample, resolved: Mapping[str, Any], alleles: Path, ledger: Path) -> None:
    """Every allele of the VCF in one spelling, and the account of all of them."""
    result = normalisation.normalise(
        sample.vcf,
        resolved["vcf_sample"],
        Genome(settings.genome.fasta),
        settings.filter.frequency.info_fields,
        settings.max_ref_mismatch_fraction,
    )
    tables.write(tables.LEDGER, result.ledger, ledger)
    tables.write(tables.NORMALISED, result.alleles, alleles)
    log.info("%d alleles of the input, %d in one spelling", result.ledger.num_rows, result.alleles.num_rows)
