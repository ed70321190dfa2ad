"""The scores of all shards as one table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from landfall.io import parquet
from landfall.io.errors import UserError

WHERE = ("device", "threads", "batch", "torch")
"""Keys that may differ between the shards of a model: how they were computed, which changes rounding alone."""


class ShardsDifferError(UserError):
    """Shards of one model with different provenance."""


def one_record(shards: Sequence[Path]) -> dict[str, Any]:
    """The common provenance of all shards: the same model, weights, settings and code, each on its device.

    Raises ShardsDifferError if the record of a shard differs.
    """
    records = {path: parquet.metadata(path) for path in shards}
    first, whole = next(iter(records.items()))
    for path, record in records.items():
        if differ := [name for name in whole if name not in WHERE and record.get(name) != whole[name]]:
            raise ShardsDifferError(
                f"{first} and {path} were computed with different {', '.join(differ)}: one before a change and the"
                f" other after it. Delete {re.sub('[0-9]+(?=[.]parquet$)', '*', path.name)} in {path.parent}"
                " and give the same command again"
            )
    joined = {
        name: "; ".join(sorted({one for r in records.values() if name in r for one in r[name].split("; ")}))
        for name in ("device", "torch")
    }
    most = {name: max(record[name] for record in records.values()) for name in ("threads", "batch")}
    return whole | joined | most
