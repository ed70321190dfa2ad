"""The package landfall beside this folder serves rules and jobs, whatever else is installed: what runs is what was digested.

A workflow that Snakemake fetched by itself has no package beside it, and takes the installed one.
"""

import os
import sys
from pathlib import Path

CLONE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]

if (CLONE / "landfall").is_dir():
    sys.path.insert(0, str(CLONE))
    searched = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in searched if path and path != str(CLONE)]
    os.environ.update(PYTHONPATH=os.pathsep.join([str(CLONE), *others]))
