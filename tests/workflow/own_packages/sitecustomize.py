"""Python reads this as it starts: a job finds no package that its rule's conda environment lacks.

So the environments are tried without conda: LANDFALL_TEST_LACKS says, as JSON, what each stage may not find.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

from job_stage import stage_of


class Lacking(MetaPathFinder):
    """Refuses the modules named."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = frozenset(modules)

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> None:
        if fullname in self.modules:
            raise ModuleNotFoundError(f"the environment of this rule lacks {fullname}", name=fullname)


lacks = json.loads(os.environ["LANDFALL_TEST_LACKS"])
stage = stage_of(sys.orig_argv[-1], lacks)
if stage:
    sys.meta_path.insert(0, Lacking(lacks[stage]))
