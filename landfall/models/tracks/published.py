"""What several regulatory track models share: the licence of their weights, the table of their tracks."""

from __future__ import annotations

from landfall.models.info import FetchedFile, Licence

APACHE = Licence(
    name="Apache-2.0",
    url="https://www.apache.org/licenses/LICENSE-2.0",
    commercial=True,
    note="the trained weights may be used by anyone who keeps their notice.",
)
CALICO_TARGETS = FetchedFile(
    "targets_human.txt",
    "https://raw.githubusercontent.com/calico/basenji/0.5/manuscripts/cross2020/targets_human.txt",
)
