"""Groups of tissues that the HPO terms of a patient point to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from landfall.patient.phenotype import hpo

# A term of HPO to the group that it and its descendants point to.
PHENOTYPES = (
    ("HP:0003011", "muscle"),  # Abnormality of the musculature
    ("HP:0040081", "muscle"),  # Abnormal circulating creatine kinase concentration
    ("HP:0000707", "brain"),  # Abnormality of the nervous system
    ("HP:0001626", "heart"),  # Abnormality of the cardiovascular system
    ("HP:0002597", "vessel"),  # Abnormality of the vasculature
    ("HP:0001871", "blood"),  # Abnormality of blood and blood-forming tissues
    ("HP:0002715", "blood"),  # Abnormality of the immune system
    ("HP:0001392", "liver"),  # Abnormality of the liver
    ("HP:0001732", "pancreas"),  # Abnormality of the pancreas
    ("HP:0000819", "pancreas"),  # Diabetes mellitus
    ("HP:0000077", "kidney"),  # Abnormality of the kidney
    ("HP:0000818", "endocrine"),  # Abnormality of the endocrine system
    ("HP:0002086", "lung"),  # Abnormality of the respiratory system
    ("HP:0011024", "gut"),  # Abnormality of the gastrointestinal tract
    ("HP:0000478", "eye"),  # Abnormality of the eye
    ("HP:0000924", "bone"),  # Abnormality of the skeletal system
    ("HP:0001574", "skin"),  # Abnormality of the integument
    ("HP:0000769", "breast"),  # Abnormality of the breast
    ("HP:0000078", "reproductive"),  # Abnormality of the genital system
    ("HP:0100767", "placenta"),  # Abnormal placenta morphology
    ("HP:0009124", "fat"),  # Abnormal adipose tissue morphology
)


def of_phenotype(terms: Iterable[str]) -> list[str]:
    """The groups that a patient's current HPO terms point to, those of most terms first; none if no term does."""
    above = [{term, *(parent.id for parent in hpo.ontology()[term].all_parents)} for term in terms]
    spoken = Counter(
        name
        for ancestors in above
        for name in dict.fromkeys(name for root, name in PHENOTYPES if root in ancestors)
    )
    return [name for name, _ in spoken.most_common()]
