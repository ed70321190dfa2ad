"""Holds a crate against the public RO-Crate validator, offline, in an environment of its own (``make crate-check``).

``validate_crate.py <crate.zip>``. The validator wants the JSON-LD context of RO-Crate 1.1; where the network does not
reach, it is the copy that the package rocrate 0.13.0 ships.
"""

import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from requests import Request
from requests_cache import CachedResponse, CachedSession

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def seed(cache: Path) -> None:
    """Put the context into the validator's cache."""
    content = (files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
    stored = CachedResponse(status_code=200, url=CONTEXT, headers={"Content-Type": "application/ld+json"})
    stored._content = content
    session = CachedSession(str(cache))
    session.cache.save_response(stored, session.cache.create_key(Request("GET", CONTEXT).prepare()))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "http"
        seed(cache)
        program = str(Path(sys.executable).with_name("rocrate-validator"))
        flags = ["--offline", "--cache-path", str(cache), "--profile-identifier", "workflow-run-crate"]
        flags += ["--requirement-severity", "required", "--no-paging", "--verbose"]
        return subprocess.run([program, "-y", "validate", *flags, sys.argv[1]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
