"""GA4GH phenopackets (version 2, JSON): a patient's sex and features, and the pedigree of a family.

https://phenopacket-schema.readthedocs.io; the messages are those of the published library ``phenopackets``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.config.sample_sheet import HPO_ID
from landfall.io import text_lines
from landfall.io.errors import InputProblem, stop_if
from landfall.patient.inheritance.pedigree import Individual, Pedigree, family_faults

SEXES = {"MALE": "male", "FEMALE": "female"}
DEEPEST = 90
"""Nesting of a phenopacket; messages of protocol buffers are read to a depth of 100."""
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[0-9]{400,}')
"""Tokens of JSON: strings, brackets and braces, numbers of more digits than a phenopacket has."""
AFFECTION = {"AFFECTED": True, "UNAFFECTED": False}


@dataclass(frozen=True)
class Packet:
    """The fields of a phenopacket that landfall reads.

    ``subject`` is the patient's identifier; features are HPO terms as written; ``pedigree`` None for a single patient;
    ``notices`` list what is missing or was left out.
    """

    subject: str
    sex: str
    present: tuple[str, ...]
    excluded: tuple[str, ...]
    pedigree: Pedigree | None
    notices: tuple[str, ...]


def read(path: Path) -> Packet:
    """A phenopacket, or a family with its proband's. Raises InputError with every problem."""
    message = _parsed(path)
    patient = message.proband if hasattr(message, "proband") else message
    faults = list(_subject_faults(path, patient)) + list(_feature_faults(path, patient))
    family = _pedigree(path, message, patient.subject.id, faults) if hasattr(message, "pedigree") else None
    stop_if(faults)
    features = [(feature.type.id, feature.excluded) for feature in patient.phenotypic_features]
    known = [(term, absent) for term, absent in features if HPO_ID.fullmatch(term)]
    return Packet(
        patient.subject.id,
        SEXES.get(_name(patient.subject, "sex"), "unknown"),
        tuple(term for term, absent in known if not absent),
        tuple(term for term, absent in known if absent),
        family,
        tuple(f"{path}: {words}" for words in _notices(patient, features)),
    )


def _parsed(path: Path) -> Any:
    """A Phenopacket or Family message; a field that is not in the schema is a problem."""
    from google.protobuf.json_format import ParseDict, ParseError
    from phenopackets import Family, Phenopacket

    content = _json(path)
    if "members" in content:
        stop_if(
            [
                InputProblem(
                    str(path), None, "is a cohort", "give the phenopacket of one patient or one family"
                )
            ]
        )
    try:
        return ParseDict(content, Family() if "proband" in content else Phenopacket())
    except (ParseError, AttributeError, TypeError, ValueError) as error:
        about = content.get("metaData")
        version = (
            about.get("phenopacketSchemaVersion", "not stated") if isinstance(about, dict) else "not stated"
        )
        what = f"is not a phenopacket of version 2 (schema version {version}): {error}"
        stop_if([InputProblem(str(path), None, what, "write it by version 2 of the GA4GH schema")])
        raise


def _json(path: Path) -> Mapping[str, Any]:
    text = text_lines.whole(path, "phenopacket")
    stop_if(list(_unbounded(path, text)))
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        stop_if(
            [
                InputProblem(
                    str(path), error.lineno, f"is not JSON: {error.msg}", "give the phenopacket as JSON"
                )
            ]
        )
        raise
    if not isinstance(content, dict):
        stop_if(
            [
                InputProblem(
                    str(path), None, "holds no object", "give the phenopacket of one patient or family"
                )
            ]
        )
    return dict(content)


def _unbounded(path: Path, text: str) -> Iterator[InputProblem]:
    """The first place that is nested too deep, or has a number of more digits, than a reader of JSON takes."""
    depth = 0
    for found in _MARKS.finditer(text):
        depth += (found[0] in "[{") - (found[0] in "]}")
        what = ""
        if depth > DEEPEST:
            what = f"is nested more than {DEEPEST} deep"
        elif found[0][0].isdigit():
            what = f"has a number of {len(found[0]):,} digits"
        if what:
            line = text.count("\n", 0, found.start()) + 1
            yield InputProblem(str(path), line, what, "no phenopacket needs it: was the right file given?")
            return


def _name(message: Any, field: str) -> str:
    """The name of an enumerated value."""
    return str(
        message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number[getattr(message, field)].name
    )


def _subject_faults(path: Path, patient: Any) -> Iterator[InputProblem]:
    if not patient.HasField("subject"):
        yield InputProblem(
            str(path), None, "subject is missing", "name the patient: subject.id, and subject.sex if known"
        )
    elif not patient.subject.id:
        yield InputProblem(str(path), None, "subject.id is missing", "write the patient's identifier")


def _feature_faults(path: Path, patient: Any) -> Iterator[InputProblem]:
    for number, feature in enumerate(patient.phenotypic_features, 1):
        if not feature.type.id:
            what = f"phenotypicFeatures: number {number} has no type.id"
            yield InputProblem(str(path), None, what, "write the HPO term, e.g. HP:0003323")
        elif feature.type.id.startswith("HP:") and not HPO_ID.fullmatch(feature.type.id):
            what = f"phenotypicFeatures: number {number}: {feature.type.id!r} is not an HPO term"
            yield InputProblem(str(path), None, what, "write HP: and seven digits")


def _notices(patient: Any, features: list[tuple[str, bool]]) -> Iterator[str]:
    if _name(patient.subject, "sex") not in SEXES:
        yield f"subject.sex is {_name(patient.subject, 'sex')}: the genotypes decide"
    if not features:
        yield "phenotypicFeatures is empty: no gene is ranked by it"
    foreign = [term for term, _ in features if not HPO_ID.fullmatch(term)]
    if foreign:
        yield f"phenotypicFeatures: {', '.join(foreign)} left out, as not of the HPO"


def _pedigree(path: Path, family: Any, subject: str, faults: list[InputProblem]) -> Pedigree | None:
    """The pedigree of a family, None if it names no one; adds to ``faults``."""
    people: list[Individual] = []
    for number, person in enumerate(family.pedigree.persons, 1):
        if not person.individual_id:
            faults.append(InputProblem(str(path), None, f"pedigree: person {number} has no individualId"))
            continue
        parents = [None if name in ("", "0") else name for name in (person.paternal_id, person.maternal_id)]
        sex = SEXES.get(_name(person, "sex"), "unknown")
        affected = AFFECTION.get(_name(person, "affected_status"))
        people.append(
            Individual(person.family_id, person.individual_id, parents[0], parents[1], sex, affected, number)
        )
    faults += family_faults(path, people, "person")
    if people and subject and subject not in {person.name for person in people}:
        what = f"pedigree: has no person called {subject}, the patient"
        faults.append(InputProblem(str(path), None, what, "use subject.id as individualId"))
    return Pedigree(str(path), {person.name: person for person in people}) if people else None
