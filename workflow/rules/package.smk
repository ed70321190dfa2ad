"""Rules and jobs import the package landfall beside this folder, whatever is installed, so that the digested code runs.

A workflow that Snakemake downloaded has no package beside it, and imports the installed one.
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
