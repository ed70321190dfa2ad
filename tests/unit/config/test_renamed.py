"""Former names of keys: read with a warning, never beside the present ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.audit.preflight import run as preflight_run
from landfall.config import renamed
from landfall.config.fields import declared
from landfall.config.sections import Settings
from landfall.io.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
FORMER = """\
samples: config/samples.tsv
results: results
work: work
resources: resources
store: score_cache
container: null
labels:
  banner: Synthetic demonstration data
genome:
  build: synthetic
  fasta: demo/data/genome.fa.gz
  annotation: demo/data/genes.gtf.gz
normalise:
  max_ref_mismatch_fraction: 0.1
filter:
  pass_filters: [PASS, "."]
  min_depth: 10
  min_genotype_quality: 20
  heterozygous_balance: [0.15, 0.85]
  gene_flank: 0
  exclude: []
  blacklist: null
  pathogenic_maximum: 0.05
  scores: null
  score_min_delta: 0.5
  score_maximum: 0.05
  frequency:
    maximum: 0.001
    modes:
      autosomal_dominant: 0.001
      autosomal_recessive: 0.001
      autosomal_recessive_compound: 0.02
      x_linked_dominant: 0.001
      x_linked_recessive: 0.001
      x_linked_recessive_compound: 0.02
      y_linked: 0.001
      mitochondrial: 0.002
    info_fields: []
    sites: demo/data/frequencies.vcf.gz
    sites_fields: [AF_grpmax, AF_popmax, AF]
    covered: null
    cohort: null
    cohort_fields: [AF]
    cohort_maximum: 0.05
phenotype:
  candidates: terms
  min_terms: 1
  min_panel_confidence: 3
  obo: null
inheritance:
  penetrance: 1
  de_novo_min_depth: 12
  de_novo_max_parent_reads: 0
  de_novo_balance: [0.25, 0.75]
  second_hit_delta: 0.1
  max_mendelian_errors: 0.02
models:
  - name: spliceai
    distance: 500
    shards: 4
    threads: 1
    max_unknown_fraction: 0.5
    batch: 8
    device: auto
    keep_probabilities_above: 0.02
consequences:
  min_delta: 0.2
  min_partner_delta: 0.02
  pseudoexon_size: [25, 500]
  last_junction_nt: 50
  start_proximal_nt: 100
  long_exon_nt: 400
  single_exon_escapes: true
maxentscan: null
prioritise:
  flag_delta: 0.5
evidence:
  top: 10
  pp3_min_delta: 0.2
  bp4_max_delta: 0.1
  ba1_min_frequency: 0.05
  bs1_min_frequency: 0.015
  pm2_max_frequency: 0.0001
  genes: []
  clinvar: null
assay:
  product_size: [80, 600]
  melting_temperature: [57, 63]
  gc_percent: [40, 60]
  avoid_frequency: 0.001
closer:
  top: 1
  max_candidates: 10
  flank: 20
  compare_reference: true
  masked_length: 20
  masked_step: 3
  masked_flank: 40
  neighbours_within: 5000
  min_interaction: 0.1
  distances: [50, 500, 4999]
regulation:
  models: []
  tissues: []
  flank: 50000
  max_variants: 500
  top: 3
  background:
    variants: 200
    seed: 1
  attention: true
  contribution: true
  mutagenesis_flank: 10
report:
  max_candidates: 500
  max_cases: 10
resources_per_job:
  score: {mem_mb: null, runtime: null, gpu: 0}
  tracks: {mem_mb: null, runtime: null, gpu: 0}
  other: {mem_mb: null, runtime: null, gpu: 0}
licence: any
licences:
  accept: [spliceai]
"""
"""The configuration of the demonstration before the keys were renamed, with every key of that time."""
GENOME = "genome: {build: synthetic, fasta: g.fa, annotation: g.gtf}\n"
LICENCE = "licences: {accepted: [spliceai]}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def test_a_configuration_under_former_names_gives_the_same_settings(tmp_path: Path) -> None:
    former = preflight_run.parse(written(tmp_path, FORMER))
    assert former.plain == preflight_run.parse(ROOT / "config" / "config.yaml").plain


def test_every_former_name_is_read_with_a_warning(tmp_path: Path) -> None:
    warnings = preflight_run.parse(written(tmp_path, FORMER)).warnings
    words = [str(warning) for warning in warnings]
    line = 1 + FORMER.splitlines().index("  masked_step: 3")
    assert f"line {line}: closer.masked_step is now called interpretation.antisense.step; " in " ".join(words)
    moved = {tuple(old.split(".")) for one in declared(Settings) for old in one.formerly}
    assert all(any(f": {'.'.join(old)}" in text for text in words) for old in moved)


@pytest.mark.parametrize("genome", ["GRCh37", "GRCh38"])
def test_a_genome_configuration_under_former_names_gives_the_same_settings(
    tmp_path: Path, genome: str
) -> None:
    present = (ROOT / "config" / f"{genome}.yaml").read_text().replace("accepted: []", "accepted: [spliceai]")
    former = present.replace("accepted:", "accept:").replace("    population_vcf:", "    sites:")
    former = former.replace("    population_fields:", "    sites_fields:")
    assert former.count("sites") >= 2
    folders = [tmp_path / name for name in ("former", "present")]
    for folder in folders:
        folder.mkdir()
    read = [preflight_run.parse(written(*pair)) for pair in zip(folders, (former, present), strict=True)]
    assert read[0].plain == read[1].plain
    assert (len(read[0].warnings), len(read[1].warnings)) == (3, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "filter:\n  frequency: {max_af: 0.1, maximum: 0.2}\n",
            "line 2: filter.frequency.maximum: given as filter.frequency.max_af too, its present name; "
            "keep filter.frequency.max_af",
        ),
        (
            "filter: {heterozygous_balance: [0.8, 0.2]}\n",
            "line 1: filter.heterozygous_balance (now filter.het_allele_balance): 0.8 is not below",
        ),
        (
            "closer:\n  distances: [7000]\n",
            "line 2: closer.distances[0] (now interpretation.distances[0]): must be at most 4999",
        ),
        (
            "filter:\n  score_min_delta: 3\n",
            "line 2: filter.score_min_delta (now filter.precomputed_scores.min_delta): must be at most 1, found 3",
        ),
        (
            "labels: {}\nlicence:\n  accept: [spliceai]\n",
            "line 2: licence (now licences.use): expected any or commercial, found",
        ),
        (
            "closer:\n  tpo: 3\n",
            "line 2: closer.tpo: unknown key; did you mean interpretation.top?",
        ),
        ("closer: null\n", "line 1: closer (now interpretation): expected settings (key: value), found null"),
    ],
)
def test_faults_of_former_names_stand_at_their_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        preflight_run.parse(written(tmp_path, text + GENOME + LICENCE))
    (fault,) = caught.value.faults
    assert words in str(fault)


def test_a_section_without_keys_hides_no_key_under_its_former_name(tmp_path: Path) -> None:
    text = "filter:\n  precomputed_scores: null\n  scores: none.vcf.gz\n"
    with pytest.raises(InputError) as caught:
        preflight_run.parse(written(tmp_path, text + GENOME + LICENCE))
    section, key = caught.value.faults
    assert (section.line, key.line) == (2, 3)
    assert section.message == "filter.precomputed_scores: expected settings (key: value), found null"
    assert key.message.endswith(
        "its present name is filter.precomputed_scores.vcf, and filter.precomputed_scores has a value in place of keys"
    )
    assert (
        key.remedy == "remove the value of filter.precomputed_scores, and write filter.precomputed_scores.vcf"
    )


def test_an_unknown_key_of_a_former_section_is_never_recommended(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        preflight_run.parse(written(tmp_path, "interpretation: 5\ncloser: {zzz: 4}\n" + GENOME + LICENCE))
    section, key = map(str, caught.value.faults)
    assert "line 1: interpretation: expected settings (key: value), found 5" in section
    assert key.endswith("line 2: closer.zzz: unknown key; config/README.md lists the keys")


def test_a_key_under_its_present_name_is_named_by_it_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        preflight_run.parse(
            written(tmp_path, "interpretation: {flank: 900}\ncloser: {top: 2}\n" + GENOME + LICENCE)
        )
    (fault,) = caught.value.faults
    assert fault.message == "interpretation.flank: must be at most 100, found 900"


def test_a_former_key_without_a_list_of_models_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        preflight_run.parse(written(tmp_path, "labels: {}\nlicence: commercial\n" + GENOME))
    (fault,) = caught.value.faults
    assert "line 2: licence (now licences.use): no model is left that is free" in str(fault)


def test_no_former_name_is_a_present_one() -> None:
    present = {one.name for one in declared(Settings)}
    former = [".".join(old) for old in renamed.present_names(Settings)]
    assert present.isdisjoint(former)
    assert len(former) == len(set(former))
