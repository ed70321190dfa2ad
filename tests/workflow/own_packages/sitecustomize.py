"""Python reads this as it starts: a job finds no package that its rule's conda environment lacks.

So the environments are tried without conda: LANDFALL_TEST_LACKS says, as JSON, what each script may not find.
"""

import json
import os
import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class Lacking(MetaPathFinder):
    """Refuses the modules named."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = frozenset(modules)

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> None:
        if fullname in self.modules:
            raise ModuleNotFoundError(f"the environment of this rule lacks {fullname}", name=fullname)


script = re.search(r"\.snakemake/scripts/tmp\w+\.(\w+\.py)$", sys.orig_argv[-1])
if script:
    sys.meta_path.insert(0, Lacking(json.loads(os.environ["LANDFALL_TEST_LACKS"])[script[1]]))
