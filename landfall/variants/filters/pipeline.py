"""Which alleles of the patient are worth a model's time: rules in order, each dropped allele with its reason.

The order runs from what the sequencing says (genotype, filter, depth, quality, balance) over what is known to mislead
(blacklist, excluded regions) and where the variant lies (region) to how common it is (frequency), so that the costly
question is asked last. A value that is absent cannot be held against a threshold: the allele passes. An allele that a
file of classified alleles (ClinVar) calls pathogenic passes the rules on place, and on frequency within reason; one to
which a file of precomputed scores gives a high one passes that on frequency, within reason too. No rule asks what an
allele does to a protein: introns are in.
"""

from __future__ import annotations

import pyarrow as pa

from landfall.config.filters import Filter
from landfall.genome.sequence import Genome
from landfall.io import columns
from landfall.variants.filters.call_quality import call_rules
from landfall.variants.filters.judging import Filtered, judge
from landfall.variants.filters.location import Places, classification, place_rules


def screen(normalised: pa.Table, thresholds: Filter, places: Places, genome: Genome, build: str) -> Filtered:
    """Hold alleles (tables.NORMALISED) against all rules but that on frequency; the first that one fails is its reason.

    build: genome build, for the pseudoautosomal regions.
    Those that go on have ``genes``, ``clinvar`` (the classification, null if there is none) and ``filter_exempted``
    (the rule from which an allele known to be pathogenic is exempt, empty if none).
    """
    alleles = normalised.to_pandas(types_mapper={pa.string(): columns.TEXT}.get)
    alleles = alleles.assign(
        genes=places.regions.named(alleles),
        clinvar=classification(alleles, places, genome),
        filter_exempted="",
    )
    known, rules = alleles["clinvar"].notna().to_numpy(), call_rules(alleles, thresholds, build)
    for rule, fails, detail in place_rules(alleles, places, genome):
        if rule != "blacklist":
            alleles.loc[fails & known & (alleles["filter_exempted"] == "").to_numpy(), "filter_exempted"] = (
                rule
            )
            fails = fails & ~known
        rules.append((rule, fails, detail))
    return Filtered(*judge(alleles, rules))
