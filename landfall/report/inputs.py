"""The data of the report, and the structure of its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from landfall.genome.transcripts import Transcript
from landfall.io.parquet import Table


@dataclass(frozen=True)
class ReportInputs:
    """The tables of one sample, the transcripts of the genes shown, and the provenance.

    ``tables`` holds, by name, those that the sections read (``landfall.report.registry``), each by its contract; of an
    absent one the section states its absence, save of the five of ``registry.REQUIRED``. ``files``: names of the files
    of tables whose file is not named after the table. ``previous``: the record written with tables.CHANGES; empty
    without an earlier result. ``provenance`` may hold the keys below; one that is absent prints as "not recorded":

    - ``created`` (text), ``version`` (of landfall), ``assembly``, ``banner`` (text or None), ``cutoff`` (the
      delta score from which a change of splicing counts for a finding)
    - ``phenotype`` [{id, name}], ``pedigree`` (text), ``candidate_genes`` (text), ``warnings`` [text],
      ``incomplete`` [text]: what the input lacks
    - ``software`` {name: version}, ``settings`` {name: value, nested at will; ``report`` holds
      max_candidates and max_cases}
    - ``inputs`` [{role, name, sha256}], ``results`` [{name, sha256}]
    - ``regulation`` {running: [{name, title}], off: [{title, why}], background: number of random
      changes, tissues: [group], flank: bases beyond genes in which variants were kept, or null}
    - ``off`` {what was switched off because its tables are missing: why}
    - ``models`` [{name, title, version, citation, licence: {name, url, commercial, note},
      weights: [{name, sha256}]}]
    """

    sample: str
    tables: Mapping[str, pa.Table]
    transcripts: Sequence[Transcript] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def table(self, contract: Table) -> pa.Table:
        """The table of a contract; one without rows where it is absent."""
        found = self.tables.get(contract.name)
        return contract.schema.empty_table() if found is None else found

    def rows(self, contract: Table) -> list[dict[str, Any]]:
        """The rows of a table; none where it is absent."""
        rows: list[dict[str, Any]] = self.table(contract).to_pylist()
        return rows

    def with_tables(self, tables: Mapping[str, pa.Table]) -> ReportInputs:
        """The same with other tables in place of those of their names."""
        return replace(self, tables={**self.tables, **tables})

    def file_of(self, contract: Table) -> str:
        """The name of the table's file in the results."""
        return self.files.get(contract.name, f"{contract.name}.parquet")
