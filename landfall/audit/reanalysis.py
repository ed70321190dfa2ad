"""What changed since an earlier result, and why: new, gone, promoted and demoted candidates.

A candidate's score is a sum of documented parts (:mod:`landfall.ranking.score`), and both runs recorded all their
inputs. The causes of a change are the inputs of the changed parts that differ between the two records. A candidate
whose rank changed only because others moved has not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from landfall.audit.provenance import read_record
from landfall.config import renamed
from landfall.config.fields import Section, keys_of
from landfall.config.sections import Settings
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.io.errors import UserError
from landfall.io.parquet import DamagedTableError
from landfall.models.registry import track_models
from landfall.ranking.score import PARTS
from landfall.ranking.tables import PRIORITISED
from landfall.variants.filters.rule import Tiers
from landfall.variants.filters.rules import OF_THE_INPUT, RULES
from landfall.variants.tables import LEDGER

Row = dict[str, Any]
Key = tuple[Any, ...]

NOTICEABLE = 1e-3
"""Change of a score (log10 likelihood ratio) below which it counts as unchanged: batches and threads change
rounding."""

CAUSES = {
    "vcf": "the patient's VCF",
    "pedigree": "the pedigree",
    "phenotype": "HPO terms, panel or gene list",
    "frequencies": "frequency data",
    "classified": "classified alleles",
    "scores": "precomputed or missense scores",
    "regions": "excluded regions and blacklisted alleles",
    "annotation": "gene annotation",
    "reference": "reference sequence",
    "models": "model or weights",
    "settings": "threshold or setting",
    "code": "landfall's own code",
    "software": "software",
    "unexplained": "not explained by the two records",
}
"""Name of a cause to its description."""

ROLES = {
    "variants": "vcf",
    "pedigree": "pedigree",
    "gene list": "phenotype",
    "regions": "phenotype",
    "panel": "phenotype",
    "phenopacket": "phenotype",
    "ontology": "phenotype",
    "reference": "reference",
    "annotation": "annotation",
    "MANE": "annotation",
    "frequencies": "frequencies",
    "frequencies' regions": "frequencies",
    "cohort": "frequencies",
    "classified alleles": "classified",
    "precomputed scores": "scores",
    "missense scores": "scores",
    "blacklist": "regions",
}
"""Role of an input file in the record to the cause of a change that an edit of it is."""

SHOWN_ALONE = ("E-values of", "MaxEntScan's")
"""Prefixes of roles of files on which no candidate's rank depends."""
EVERYTHING = (*CAUSES,)

OF_PART: Mapping[str, Tiers] = {
    "effect": (
        (
            "models",
            "annotation",
            "reference",
            "settings.models",
            "settings.consequences",
            "settings.regulation",
        ),
    ),
    "rarity": (("frequencies", "settings.filter.frequency"),),
    "known": (("classified",),),
    "inheritance": (
        ("vcf", "pedigree", "settings.inheritance", "settings.filter.frequency.modes"),
        EVERYTHING,
    ),
    "partner": (("vcf", "pedigree", "settings.inheritance"), EVERYTHING),
    "phenotype": (("phenotype",), ("software",)),
    "panel": (("phenotype",),),
    "flagged": (
        ("settings.prioritise", "settings.finding"),
        ("models", "annotation", "reference", "settings.models"),
        ("classified", "vcf", "pedigree", "phenotype"),
    ),
}
"""Part of the score to its possible causes, in tiers."""

OF_RULE: Mapping[str, Tiers] = {
    "absent": OF_THE_INPUT,
    "kept": (("annotation", "phenotype", "settings.phenotype", "models", "settings.regulation"),),
    **{rule.name: rule.depends_on for rule in RULES if rule.depends_on},
}
"""Rule of the ledger by which an allele ended in one of the runs to its possible causes, in tiers."""


class PreviousError(UserError):
    """An earlier result that cannot be compared with."""


@dataclass(frozen=True)
class Result:
    """A finished run of one sample: its provenance, its candidates by allele and gene, and its ledger."""

    record: Mapping[str, Any]
    candidates: Mapping[Key, Row]
    ledger: Path

    @classmethod
    def read(cls, prioritised: Path, ledger: Path, provenance: Path) -> Result:
        """From its files; of an earlier version too. Raises PreviousError if they are not those of a run."""
        try:
            rows = parquet.unchecked(PRIORITISED, prioritised).to_pylist()
            record = read_record(provenance)
            return cls(record, {_key(row): row for row in rows}, ledger)
        except (OSError, ValueError, KeyError, RecursionError, DamagedTableError) as error:
            why = error.__cause__ if isinstance(error, DamagedTableError) else error
            raise PreviousError(f"{prioritised.parent}: is not a result to compare with: {why}") from error

    @classmethod
    def of(cls, folder: Path) -> Result:
        """From the folder results/<sample> of a run. Raises PreviousError."""
        return cls.read(
            *(folder / name for name in ("prioritised.parquet", "ledger.parquet", "provenance.json"))
        )

    def rules(self, keys: Sequence[Key]) -> dict[str, Row]:
        """The ledger's rows of alleles, by ``chrom-pos-ref-alt``; the one that came furthest of each."""
        wanted = sorted({_variant(key) for key in keys})
        rows = _of_alleles(self.ledger, wanted) if wanted else []
        return {row["variant"]: row for row in sorted(rows, key=lambda row: row["status"] == "kept")}


def _of_alleles(ledger: Path, variants: Sequence[str]) -> list[Row]:
    """The ledger's rows of alleles, ``chrom-pos-ref-alt``, of this version or an older one."""
    of_them = pc.field("variant").isin(variants)
    found: list[Row] = parquet.unchecked(LEDGER, ledger, of_them).to_pylist()
    return found


def _key(row: Row) -> Key:
    return tuple(row[name] for name in (*ALLELE, "gene"))


def _variant(key: Key) -> str:
    return "-".join(map(str, key[:4]))


Facts = Mapping[str, Sequence[str]]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Facts:
    """Differences between the inputs of two runs: cause to words; ``settings.<name>`` for each setting."""
    found: dict[str, list[str]] = {}
    for cause, words in _differences(before, now):
        found.setdefault(cause, []).append(words)
    return found


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _inputs(before, now)
    if _terms(before) != _terms(now):
        yield "phenotype", f"HPO terms {_terms(before) or 'none'} before, {_terms(now) or 'none'} now"
    for key, words in (("genes", "candidate genes"), ("hpo_release", "release of HPO")):
        if before.get(key) != now.get(key):
            yield "phenotype", f"{words} changed"
    yield from _models(before, now)
    old, new = (dict(_settings(record["settings"])) for record in (before, now))
    for name in sorted(
        old.keys() & new.keys()
    ):  # a key of one run alone belongs to a model, or a version, of that run
        if old[name] != new[name]:
            yield f"settings.{name}", f"{name}: {old[name]} before, {new[name]} now"
    if before.get("code") != now.get("code"):
        yield "code", f"landfall {before['version']} before, {now['version']} now"
    for name in sorted(before["software"].keys() | now["software"].keys()):
        pair = before["software"].get(name), now["software"].get(name)
        if pair[0] != pair[1]:
            yield "software", f"{name} {pair[0]} before, {pair[1]} now"


def _inputs(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    old, new = ({file["role"]: file for file in record["inputs"]} for record in (before, now))
    for role in sorted(role for role in old.keys() | new.keys() if not role.startswith(SHOWN_ALONE)):
        digests = [files.get(role, {}).get("sha256") for files in (old, new)]
        if digests[0] != digests[1]:
            names = [files.get(role, {}).get("name", "none") for files in (old, new)]
            cause = "regions" if role.startswith("excluded regions") else _cause(role)
            words = (
                f"{role}: {names[0]} before, {names[1]} now"
                if names[0] != names[1]
                else f"{role}: {names[1]} changed"
            )
            yield cause, words


def _cause(role: str) -> str:
    """The cause that a change of a file of a role is; a file beside the weights of a network belongs to the network."""
    beside = any(role.endswith(f" of {network.info.title}") for network in track_models().values())
    return ROLES.get(role, "models" if beside else "unexplained")


def _terms(record: Mapping[str, Any]) -> str:
    return ", ".join(
        term["id"] for key in ("phenotype", "phenotype_excluded") for term in record.get(key) or ()
    )


def _models(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    old, new = ({model["name"]: model for model in record["models"]} for record in (before, now))
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            yield "models", f"{name} {'not run before' if name in new else 'no longer run'}"
        elif old[name]["weights"] != new[name]["weights"] or old[name]["version"] != new[name]["version"]:
            yield "models", f"weights of {name} {old[name]['version']} before, {new[name]['version']} now"


def _settings(recorded: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings by dotted name on which a candidate's rank can depend; models by name.

    recorded: of an earlier version too. Files are compared by their content, not by their names.
    """
    settings = renamed.present(recorded, Settings)
    if not settings.get("regulation", {}).get("models"):
        settings.pop("regulation", None)
    yield from _ranking(settings, Settings, "")


def _ranking(section: Mapping[str, Any], model: type[Section], prefix: str) -> Iterator[tuple[str, Any]]:
    for one in keys_of(model):
        name, value = f"{prefix}{one.name}", section.get(one.name)
        if one.section and isinstance(value, Mapping):
            yield from _ranking(value, one.section, f"{name}.")
        elif one.section and one.name == "models":
            for entry in value or ():
                rest = {key: inner for key, inner in entry.items() if key != "name"}
                yield from _ranking(rest, one.section, f"{name}.{entry['name']}.")
        elif one.name in section and one.affects == "ranking" and not one.kind:
            yield name, value


def changes(before: Result, now: Result) -> list[Row]:
    """Rows of tables.CHANGES: every candidate that is new, gone, promoted or demoted, in the order of the ranks."""
    facts = differences(before.record, now.record)
    new = [key for key in now.candidates if key not in before.candidates]
    gone = [key for key in before.candidates if key not in now.candidates]
    rows = [_appeared(key, "new", now.candidates[key], before.rules(new), facts) for key in new]
    rows += [_appeared(key, "gone", before.candidates[key], now.rules(gone), facts) for key in gone]
    for key in now.candidates:
        if key in before.candidates and (
            row := _moved(key, before.candidates[key], now.candidates[key], facts)
        ):
            rows.append(row)
    return sorted(rows, key=lambda row: (row["rank"] or row["rank_before"], row["change"], _key(row)))


def _appeared(key: Key, change: str, row: Row, rules: Mapping[str, Row], facts: Facts) -> Row:
    """A candidate of one run alone; rules: the ledger of the other."""
    account = rules.get(_variant(key))
    rule = "absent" if account is None else "kept" if account["status"] == "kept" else account["rule"]
    when = "before" if change == "new" else "now"
    if account is None:
        words = f"not in the input {when}"
    elif account["status"] == "kept":
        words = f"not a candidate in this gene {when}"
    else:
        words = (
            f"{account['status'].replace('_', ' ')} {when} by rule {rule}"
            + f": {account['detail']}" * bool(account["detail"])
        )
    causes, why = _causes([OF_RULE.get(rule, (EVERYTHING,))], facts)
    side = ("", "_before") if change == "new" else ("_before", "")
    return {
        **dict(zip((*ALLELE, "gene"), key, strict=True)),
        "change": change,
        "hgvs_c": row["hgvs_c"],
        **{f"{name}{side[0]}": row.get(name) for name in ("rank", "score", "flagged")},
        **{f"{name}{side[1]}": None for name in ("rank", "score", "flagged")},
        "causes": causes,
        "detail": "; ".join([words, *why]),
    }


def _moved(key: Key, old: Row, new: Row, facts: Facts) -> Row | None:
    """A candidate of both runs whose score or flag changed; None if neither did."""
    changed = {
        part: (was, new[f"score_{part}"])
        for part in PARTS
        if (was := old.get(f"score_{part}")) is not None and abs(new[f"score_{part}"] - was) >= NOTICEABLE
    }
    flags = old["flagged"] != new["flagged"]
    if not changed and not flags:
        return None
    causes, why = _causes([OF_PART[part] for part in (*changed, *["flagged"] * flags)], facts)
    words = [f"{part} {was:+.2f} before, {now:+.2f} now" for part, (was, now) in changed.items()]
    up = (new["score"], new["flagged"]) > (old.get("score") or 0.0, old["flagged"])
    return {
        **dict(zip((*ALLELE, "gene"), key, strict=True)),
        "change": "promoted" if up else "demoted",
        "hgvs_c": new["hgvs_c"],
        **{f"{name}_before": old.get(name) for name in ("rank", "score", "flagged")},
        **{name: new[name] for name in ("rank", "score", "flagged")},
        "causes": causes,
        "detail": "; ".join([*words, *why]),
    }


LAST: Tiers = (("code",), ("software",))
"""Possible causes of any change, where no likelier one differs."""


def _causes(questions: Sequence[Tiers], facts: Facts) -> tuple[str, list[str]]:
    """The causes of all parts that changed, joined by ',' in the order of CAUSES, and the differences in words."""
    named: dict[str, None] = {}
    for tiers in questions:
        near = (tuple(fact for fact in facts if _is_one_of(fact, tier)) for tier in (*tiers, *LAST))
        named |= dict.fromkeys(next((found for found in near if found), ("unexplained",)))
    causes = {name.split(".")[0] for name in named}
    words = [text for name in named for text in facts.get(name, ())]
    return ",".join(name for name in CAUSES if name in causes), words


def _is_one_of(fact: str, tier: Sequence[str]) -> bool:
    return any(fact == name or fact.startswith(f"{name}.") for name in tier)
