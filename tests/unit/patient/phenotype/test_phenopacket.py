"""Phenopackets: what is read of one, and what is said of one that lacks something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from landfall.io.errors import InputError
from landfall.patient.phenotype import phenopacket

PATIENT: dict[str, Any] = {
    "id": "case-1",
    "subject": {"id": "kid", "sex": "FEMALE"},
    "phenotypicFeatures": [
        {"type": {"id": "HP:0003323", "label": "Progressive muscle weakness"}},
        {"type": {"id": "HP:0001250", "label": "Seizure"}, "excluded": True},
    ],
    "metaData": {"created": "2026-01-01T00:00:00Z", "createdBy": "x", "phenopacketSchemaVersion": "2.0"},
}
PERSONS = [
    {
        "familyId": "F",
        "individualId": "kid",
        "paternalId": "dad",
        "maternalId": "mum",
        "sex": "FEMALE",
        "affectedStatus": "AFFECTED",
    },
    {
        "familyId": "F",
        "individualId": "dad",
        "paternalId": "0",
        "sex": "MALE",
        "affectedStatus": "UNAFFECTED",
    },
    {"familyId": "F", "individualId": "mum", "sex": "FEMALE"},
]
FAMILY: dict[str, Any] = {"id": "family-1", "proband": PATIENT, "pedigree": {"persons": PERSONS}}


def read(folder: Path, content: Any) -> phenopacket.Packet:
    path = folder / "packet.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return phenopacket.read(path)


def test_a_patient(tmp_path: Path) -> None:
    found = read(tmp_path, PATIENT)
    assert (found.subject, found.sex, found.present, found.excluded) == (
        "kid",
        "female",
        ("HP:0003323",),
        ("HP:0001250",),
    )
    assert found.pedigree is None
    assert found.notices == ()


def test_a_family_has_its_pedigree(tmp_path: Path) -> None:
    found = read(tmp_path, FAMILY)
    assert found.present == ("HP:0003323",)
    assert found.pedigree is not None
    father, mother = found.pedigree.parents("kid")
    assert (father.name, father.sex, father.affected, father.father) == ("dad", "male", False, None)
    assert (mother.name, mother.sex, mother.affected) == ("mum", "female", None)
    assert found.pedigree.individuals["kid"].affected is True


def test_names_of_fields_as_in_the_schema_are_read_too(tmp_path: Path) -> None:
    turned = {**PATIENT, "phenotypic_features": PATIENT["phenotypicFeatures"]}
    del turned["phenotypicFeatures"]
    assert read(tmp_path, turned).present == ("HP:0003323",)


NOTICES: dict[str, tuple[dict[str, Any], str]] = {
    "no sex": ({"subject": {"id": "kid"}}, "subject.sex is UNKNOWN_SEX: the genotypes decide"),
    "another sex": (
        {"subject": {"id": "kid", "sex": "OTHER_SEX"}},
        "subject.sex is OTHER_SEX: the genotypes",
    ),
    "no features": ({"phenotypicFeatures": []}, "phenotypicFeatures is empty: no gene is ranked by it"),
    "another ontology": (
        {"phenotypicFeatures": [{"type": {"id": "MP:0000001"}}]},
        "phenotypicFeatures: MP:0000001 left out, as not of the HPO",
    ),
}


@pytest.mark.parametrize(("change", "words"), NOTICES.values(), ids=NOTICES)
def test_what_is_missing_is_a_notice(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    (notice,) = read(tmp_path, {**PATIENT, **change}).notices
    assert words in notice
    assert notice.startswith(str(tmp_path))


def persons(*changes: dict[str, Any]) -> dict[str, Any]:
    return {**FAMILY, "pedigree": {"persons": [{**p, **c} for p, c in zip(PERSONS, changes, strict=True)]}}


FAULTS: dict[str, tuple[Any, str]] = {
    "no JSON": ('{"id": "x",\n "subject"}', "line 2: is not JSON"),
    "a list": ([], "holds no object"),
    "no subject": ({"id": "x"}, "subject is missing; name the patient: subject.id"),
    "no name": ({"subject": {"sex": "MALE"}}, "subject.id is missing"),
    "an unknown sex": ({"subject": {"id": "kid", "sex": "WOMAN"}}, "WOMAN"),
    "version 1": (
        {**PATIENT, "phenotypicFeatures": [{"type": {"id": "HP:0003323"}, "negated": True}]},
        "is not a phenopacket of version 2 (schema version 2.0)",
    ),
    "a feature without a term": (
        {**PATIENT, "phenotypicFeatures": [{"type": {"label": "weak"}}]},
        "phenotypicFeatures: number 1 has no type.id; write the HPO term",
    ),
    "a malformed term": (
        {**PATIENT, "phenotypicFeatures": [{"type": {"id": "HP:333"}}]},
        "phenotypicFeatures: number 1: 'HP:333' is not an HPO term",
    ),
    "a cohort": ({"id": "x", "members": []}, "is a cohort"),
    "a person without a name": (
        persons({}, {"individualId": ""}, {}),
        "pedigree: person 2 has no individualId",
    ),
    "the father is a woman": (
        persons({}, {"sex": "FEMALE"}, {}),
        "person 1: father dad of kid is female; person 2 gives the sex",
    ),
    "a parent who is no person": (
        persons({"paternalId": "pa"}, {}, {}),
        "person 1: father pa of kid has no person; add a person",
    ),
    "the patient is no person": (
        {**FAMILY, "proband": {**PATIENT, "subject": {"id": "II-1"}}},
        "pedigree: has no person called II-1, the patient",
    ),
}


@pytest.mark.parametrize(("content", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said_in_plain_words(tmp_path: Path, content: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert words in " ".join(map(str, caught.value.faults))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = {**PATIENT, "subject": {}, "phenotypicFeatures": [{"type": {}}, {"type": {"id": "HP:1"}}]}
    with pytest.raises(InputError) as caught:
        read(tmp_path, broken)
    assert len(caught.value.faults) == 3
