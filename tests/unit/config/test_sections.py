"""Faults of configuration and sample sheet: said in plain words, at their line, all at once."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from landfall.audit.preflight import run as preflight_run
from landfall.config import settings as config_settings
from landfall.config.downloads import Downloads
from landfall.config.fields import NEEDED, Section, declared, plain
from landfall.config.sections import Settings
from landfall.io.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
GOOD = """\
samples: {sheet}
genome:
  build: synthetic
  fasta: genome.fa
  annotation: genes.gtf
filter:
  min_depth: 10
  frequency:
    maximum: 0.001
models:
  - name: spliceai
    distance: 50
licences:
  accepted: [spliceai]
"""
HEADER = "sample\tvcf\tvcf_sample\tped\thpo\tgenes\tregions\n"


def write(folder: Path, config: str = GOOD, sheet: str = HEADER + "demo\tp.vcf\n") -> Path:
    (folder / "samples.tsv").write_text(sheet)
    path = folder / "config.yaml"
    path.write_text(config.replace("{sheet}", str(folder / "samples.tsv")))
    return path


def faults(path: Path) -> list[str]:
    """Every fault of a configuration, without the folder in front."""
    with pytest.raises(InputError) as caught:
        preflight_run.read(path)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def test_a_good_configuration_gives_its_values_and_the_defaults(tmp_path: Path) -> None:
    parsed, samples = preflight_run.read(write(tmp_path))
    assert parsed.filter.min_depth == 10
    assert parsed.filter.het_allele_balance == (0.15, 0.85)
    assert parsed.model("spliceai").distance == 50
    assert parsed.model("spliceai").shards == 4
    assert parsed.plain["models"][0]["batch"] == 8
    assert parsed.labels.banner is None
    assert [sample.name for sample in samples] == ["demo"]


CONFIG_FAULTS = {
    "a misspelt key": (
        "    maximum: 0.001",
        "    maximun: 0.001",
        "line 9: filter.frequency.maximun: unknown key; did you mean filter.frequency.max_af?",
    ),
    "a misspelt section": (
        "filter:",
        "fitler:",
        "config.yaml: line 6: fitler: unknown key; did you mean filter?",
    ),
    "a key in the wrong section": (
        "  min_depth: 10",
        "  info_fields: []",
        "line 7: filter.info_fields: unknown key; did you mean filter.frequency.info_fields?",
    ),
    "a minimum, for which no maximum is suggested": (
        "  min_depth: 10",
        "  score_minimum: 0.3",
        "line 7: filter.score_minimum: unknown key; did you mean filter.precomputed_scores.min_delta?",
    ),
    "a key like no other": (
        "  min_depth: 10",
        "  zzz: 10",
        "config.yaml: line 7: filter.zzz: unknown key; config/README.md lists the keys",
    ),
    "a text for a number": (
        "min_depth: 10",
        "min_depth: ten",
        'config.yaml: line 7: filter.min_depth: expected a whole number, found "ten"; smallest read depth',
    ),
    "a number that YAML takes for a text": (
        "maximum: 0.001",
        "maximum: 1e-3",
        'expected a number, found "1e-3"; YAML reads 1e-3 as text; write 0.001, without quotes',
    ),
    "true for a number": ("min_depth: 10", "min_depth: true", "expected a whole number, found true"),
    "a section without content": (
        "    maximum: 0.001",
        "",
        "config.yaml: line 8: filter.frequency: expected settings (key: value), found null",
    ),
    "above the limit": (
        "distance: 50",
        "distance: 5000",
        "config.yaml: line 12: models[0].distance: must be at most 4999, found 5000",
    ),
    "below the limit": (
        "maximum: 0.001",
        "maximum: -1",
        "filter.frequency.maximum (now filter.frequency.max_af): must be at least 0, found -1",
    ),
    "not one of the choices": (
        "build: synthetic",
        "build: GRCh39",
        'line 3: genome.build: expected GRCh38 or GRCh37 or synthetic, found "GRCh39"; did you mean GRCh38?',
    ),
    "a required setting": (
        "  annotation: genes.gtf\n",
        "",
        "config.yaml: line 2: genome.annotation: missing; gene annotation, GTF",
    ),
    "an unknown model": (
        "name: spliceai",
        "name: splicai",
        "config.yaml: line 11: models[0].name: unknown model splicai; did you mean spliceai?",
    ),
    "a model twice": (
        "    distance: 50",
        "    distance: 50\n  - name: spliceai",
        "config.yaml: line 13: models[1].name: spliceai is listed twice; list each model once",
    ),
    "more shards than a queue takes": (
        "    distance: 50",
        "    shards: 300\n  - {name: cispliceai, shards: 201}",
        "models: 501 shards in all, 500 at most; a shard should take minutes; set fewer",
    ),
    "no model": (
        "models:\n  - name: spliceai\n    distance: 50",
        "models: []",
        "models: needs 1 or more entries, found 0",
    ),
    "a licence not accepted": (
        "accepted: [spliceai]",
        "accepted: []",
        "models[0].name: the licence of spliceai is not accepted: its weights are under CC BY-NC 4.0",
    ),
    "a licence of no model": (
        "[spliceai]",
        "[spliceai, x]",
        "line 14: licences.accepted[1]: unknown model x",
    ),
    "a pair out of order": (
        "min_depth: 10",
        "het_allele_balance: [0.8, 0.2]",
        "config.yaml: line 7: filter.het_allele_balance: 0.8 is not below 0.2; write lowest, then highest",
    ),
    "sizes out of order": (
        "filter:",
        "consequences: {pseudoexon_size: [500, 25]}\nfilter:",
        "line 6: consequences.pseudoexon_size: 500 is larger than 25",
    ),
    "a partner above the main site": (
        "filter:",
        "consequences: {min_partner_delta: 0.4}\nfilter:",
        "line 6: consequences.min_partner_delta: 0.4 is larger than min_delta, 0.2",
    ),
    "a pair of three": (
        "min_depth: 10",
        "het_allele_balance: [0, 0.5, 1]",
        "may have 2 entries at most, found 3",
    ),
    "a key given twice": (
        "  min_depth: 10",
        "  min_depth: 10\n  min_depth: 20",
        "config.yaml: line 8: filter.min_depth: repeated, first in line 7; keep one of them",
    ),
    "YAML that is none": ("filter:", "filter: [", "config.yaml: line 8: not valid YAML: expected"),
}


@pytest.mark.parametrize(("old", "new", "expected"), CONFIG_FAULTS.values(), ids=CONFIG_FAULTS)
def test_a_fault_of_the_configuration_is_said_in_plain_words(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    found = faults(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(expected in fault for fault in found), found
    assert len([fault for fault in found if fault.startswith("config.yaml")]) == 1, found


SHEET_FAULTS = {
    "a misspelt column": (
        "sample\tvfc\nd\tp.vcf\n",
        "samples.tsv: line 1: unknown column: vfc; did you mean vcf?",
    ),
    "a missing column": ("sample\tped\nd\tp.ped\n", "samples.tsv: line 1: column vcf is missing"),
    "a column twice": ("sample\tvcf\tvcf\nd\tp\tp\n", "samples.tsv: line 1: column vcf is repeated"),
    "commas": (
        "sample,vcf\nd,p.vcf\n",
        "samples.tsv: line 1: columns are separated by commas; separate them by tabs",
    ),
    "a name twice": (
        HEADER + "a\tp.vcf\n\n# the sister\nA\tq.vcf\n",
        "samples.tsv: line 5: sample A is repeated, first in line 2",
    ),
    "a name that is no path": (HEADER + "a/b\tp.vcf\n", "samples.tsv: line 2: sample 'a/b' is not allowed"),
    "a name that leads elsewhere": (
        HEADER + "..\tp.vcf\n",
        "samples.tsv: line 2: sample '..' is not allowed",
    ),
    "no VCF": (HEADER + "a\t\n", "samples.tsv: line 2: vcf is empty"),
    "a cell too many": (
        HEADER + "a\tp\t\t\t\t\t\tx\n",
        "samples.tsv: line 2: 8 cells, but the header has 7 columns",
    ),
    "a malformed term": (
        HEADER + "a\tp.vcf\t\t\tHP:123\n",
        "samples.tsv: line 2: hpo: 'HP:123' is not an HPO term",
    ),
    "no sample": (HEADER, "samples.tsv: the sample sheet has no sample"),
    "nothing": ("", "samples.tsv: the sample sheet is empty"),
}


@pytest.mark.parametrize(("sheet", "expected"), SHEET_FAULTS.values(), ids=SHEET_FAULTS)
def test_a_fault_of_the_sample_sheet_is_said_at_its_line(tmp_path: Path, sheet: str, expected: str) -> None:
    found = faults(write(tmp_path, sheet=sheet))
    assert any(fault.startswith(expected) for fault in found), found
    assert len(found) == 1


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "samples.tsv").unlink()
    expected = (
        "samples.tsv: the sample sheet cannot be read: No such file or directory; give its path as 'samples'"
    )
    assert faults(path)[0].startswith(expected)


def test_faults_of_configuration_and_sheet_are_told_together(tmp_path: Path) -> None:
    config = GOOD.replace("maximum", "maximun").replace("min_depth: 10", "min_depth: -1")
    path = write(tmp_path, config, HEADER + "a b\tp.vcf\n")
    with pytest.raises(InputError) as caught:
        preflight_run.read(path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "The input has 3 faults; nothing was run."
    assert [line.split(";")[0].split(":")[1:3] for line in lines[1:]] == [
        [" line 7", " filter.min_depth"],
        [" line 9", " filter.frequency.maximun"],
        [
            " line 2",
            " sample 'a b' is not allowed",
        ],
    ]


def test_the_line_is_that_of_the_last_file_that_has_the_key(tmp_path: Path) -> None:
    first = write(tmp_path)
    second = tmp_path / "mine.yaml"
    second.write_text("report:\n  max_cases: 3\nfilter:\n  min_depth: -2\n")
    merged: dict[str, Any] = yaml.safe_load(first.read_text())
    merged["filter"]["min_depth"] = -2
    merged["report"] = {"max_cases": -1}
    merged["phenotype"] = {"min_terms": 0}
    with pytest.raises(InputError) as caught:
        preflight_run.read(merged, [first, second])
    places = [(Path(fault.file).name, fault.line) for fault in caught.value.faults]
    assert places == [("--config", None), ("mine.yaml", 2), ("mine.yaml", 4)]


@pytest.mark.parametrize(
    ("licences", "line"), [("", None), ("licences: {use: any}\n", 1), ("licences:\n  accepted: []\n", 2)]
)
def test_the_licence_of_the_model_by_default_is_a_fault_of_the_file(
    tmp_path: Path, licences: str, line: int | None
) -> None:
    first = tmp_path / "config.yaml"
    first.write_text(f"{licences}genome: {{build: synthetic, fasta: g.fa, annotation: g.gtf}}\n")
    with pytest.raises(InputError) as caught:
        preflight_run.parse(yaml.safe_load(first.read_text()), [first])
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(first), line)
    assert fault.message.startswith("licences.accepted: the licence of spliceai is not accepted: ")


def test_a_threshold_by_default_that_no_longer_fits_is_a_fault_of_its_section(tmp_path: Path) -> None:
    first = write(tmp_path)
    merged: dict[str, Any] = yaml.safe_load(first.read_text())
    merged["prioritise"] = {"flag_delta": 0.01}
    with pytest.raises(InputError) as caught:
        preflight_run.read(merged, [first])
    (place,) = {
        (fault.file, fault.message.split(":")[0])
        for fault in caught.value.faults
        if "larger" in fault.message
    }
    assert place == (str(first), "inheritance.second_hit_delta")


def test_lines_of_a_section_of_another_workflow_are_found(tmp_path: Path) -> None:
    """As a Snakemake module, with ``config: config["landfall"]``; the outer file has keys of the same names."""
    own = (
        "genome: {build: synthetic, fasta: g.fa, annotation: g.gtf}\nlicence: any\nfilter: {min_depth: -1}\n"
    )
    outer = tmp_path / "outer.yaml"
    outer.write_text("samples: mine.tsv\nlandfall:\n" + textwrap.indent(own, "  "))
    given = config_settings.read(yaml.safe_load(own), [outer], Settings)
    assert [(fault.file, fault.line) for fault in given.faults] == [(str(outer), 5)]
    assert [(warning.file, warning.line) for warning in given.warnings] == [(str(outer), 4)]


def test_a_configuration_in_no_file_has_no_place_on_the_command_line(tmp_path: Path) -> None:
    outer = tmp_path / "outer.yaml"
    outer.write_text("own: 1\n")
    given = config_settings.read({"filter": {"min_depth": -1}}, [outer], Settings)
    assert {fault.file for fault in given.faults} == {"configuration"}


def test_values_given_on_the_command_line_come_as_texts(tmp_path: Path) -> None:
    config: dict[str, Any] = yaml.safe_load(write(tmp_path).read_text())
    config["filter"] = {"min_depth": "5", "frequency": {"max_af": "0.01", "population_vcf": "null"}}
    config["labels"] = {"banner": "5"}
    config["models"] = [{"name": "spliceai", "distance": "70"}]
    parsed, _ = preflight_run.read(config)
    assert (parsed.filter.min_depth, parsed.filter.frequency.max_af) == (5, 0.01)
    assert (parsed.filter.frequency.population_vcf, parsed.labels.banner) == (None, "5")
    assert parsed.model("spliceai").distance == 70


def test_cells_are_texts_and_optional_ones_may_be_absent(tmp_path: Path) -> None:
    sheet = 'vcf\tsample\tgenes\thpo\np.vcf\tNA\t"DMD, LMNA"\tHP:0003323; HP:0003236\n'
    sheet += "q.vcf\tb\tpanel.txt\r\nr.vcf\tc\n"
    _, samples = preflight_run.read(write(tmp_path, sheet=sheet))
    assert [sample.name for sample in samples] == ["NA", "b", "c"]
    assert samples[0].genes == ("DMD", "LMNA")
    assert samples[0].hpo == ("HP:0003323", "HP:0003236")
    assert samples[1].genes_file == Path("panel.txt")
    assert (samples[2].ped, samples[2].hpo, samples[2].line) == (None, (), 4)


def test_the_shipped_configuration_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    parsed, samples = preflight_run.read(ROOT / "config" / "config.yaml")
    assert parsed.labels.banner == "Synthetic demonstration data"
    assert [sample.name for sample in samples] == ["demo"]


@pytest.mark.parametrize("model", [Settings, Downloads])
def test_every_key_has_a_meaning_and_every_section_is_closed(model: type[Section]) -> None:
    needed = {"genome", "genome.build", "genome.fasta", "genome.annotation", "models.name", "files"}
    needed |= {"evidence.genes.gene", "regulation.models.name", "regulation.models.weights"}
    needed |= {f"files.{name}" for name in ("path", "url", "make", "title", "licence")}
    for one in declared(model):
        assert one.meaning, one.name
        assert (one.default is NEEDED) == (one.name in needed), one.name
        if one.section:
            assert one.section.model_config["extra"] == "forbid", one.name


def test_every_default_is_a_value_that_its_key_may_have() -> None:
    genome = {"build": "synthetic", "fasta": "genome.fa", "annotation": "genes.gtf"}
    parsed = Settings(genome=genome)
    assert Settings(**parsed.plain).plain == parsed.plain
    assert Settings(**parsed.recorded).recorded == parsed.recorded


def test_parsing_imports_nothing_heavy(tmp_path: Path) -> None:
    """Every job of a run parses the Snakefile."""
    import subprocess
    import sys

    path = write(tmp_path)
    program = (
        "import sys; from landfall.audit.preflight import quick, run; run.read(sys.argv[1]); "
        "print([m for m in ('pandas', 'pysam', 'torch', 'pyhpo', 'pyarrow') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "[]"


PANEL = """\
evidence:
  bs1_min_frequency: 0.02
  genes:
    - {gene: DYSF, bs1_min_frequency: 0.001, source: the panel}
"""


def test_limits_of_an_expert_panel_stand_for_its_gene_alone(tmp_path: Path) -> None:
    parsed, _ = preflight_run.read(write(tmp_path, GOOD + PANEL))
    panel, other = parsed.evidence.limits_of("DYSF"), parsed.evidence.limits_of("TTN")
    assert (panel.bs1_min_frequency, panel.pm2_max_frequency, panel.source) == (0.001, 0.0001, "the panel")
    assert (other.bs1_min_frequency, other.ba1_min_frequency, other.source) == (0.02, 0.05, "the setting")


def test_what_is_upside_down_in_evidence_and_assay_is_told(tmp_path: Path) -> None:
    wrong = PANEL + "    - {gene: DYSF}\n  bp4_max_delta: 0.3\n  bp4_max_delta_deep: 0.1\nassay:\n"
    wrong += "  product_size: [600, 80]\n"
    found = faults(write(tmp_path, GOOD + wrong))
    assert found == [
        "config.yaml: line 19: evidence.genes[1].gene: DYSF is listed twice; list each gene once",
        "config.yaml: line 20: evidence.bp4_max_delta: 0.3 is not below pp3_min_delta, 0.2; "
        "PP3 and BP4 must not overlap",
        "config.yaml: line 21: evidence.bp4_max_delta_deep: 0.1 is not below pp3_min_delta_deep, 0.1; "
        "PP3 and BP4 must not overlap",
        "config.yaml: line 23: assay.product_size: 600 is not below 80; write lowest, then highest",
    ]


COMMERCIAL = {
    "licences": {"use": "commercial"},
    "genome": {"build": "GRCh38", "fasta": "g.fa", "annotation": "g.gtf"},
}


def faults_of(config: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        preflight_run.parse(config)
    return [str(fault) for fault in caught.value.faults]


def test_under_a_commercial_licence_spliceai_is_left_out_without_being_accepted():
    free = ["cispliceai", "openspliceai", "mmsplice"]
    parsed = preflight_run.parse({**COMMERCIAL, "models": [{"name": name} for name in ["spliceai", *free]]})
    assert [model.name for model in parsed.models] == free
    assert [model["name"] for model in parsed.plain["models"]] == free


def test_a_commercial_run_needs_a_model_that_is_free():
    (fault,) = faults_of({**COMMERCIAL, "models": [{"name": "spliceai"}]})
    assert "no model is left that is free for commercial use" in fault
    advice = fault.split("; ")[-1]
    assert "cispliceai" in advice
    assert "openspliceai" in advice
    assert "spliceai" not in advice.replace("cispliceai", "").replace("openspliceai", ""), "it is not allowed"


def test_the_first_model_must_give_splice_sites():
    (fault,) = faults_of({**COMMERCIAL, "models": [{"name": "spliceai"}, {"name": "mmsplice"}]})
    assert "mmsplice is first, which predicts no splice sites" in fault


def test_parallelism_is_no_part_of_what_values_depend_on() -> None:
    def values_of(**changes: object) -> dict[str, object]:
        settings = preflight_run.parse({**COMMERCIAL, "models": [{"name": "cispliceai"}], **changes})
        found: dict[str, object] = plain(settings, ("ranking", "results"))
        return found

    parallel = {
        "models": [{"name": "cispliceai", "shards": 50}],
        "resources_per_job": {"score": {"mem_mb": 9}},
    }
    assert values_of() == values_of(**parallel)
    assert values_of() != values_of(models=[{"name": "cispliceai", "distance": 50}])
