"""The models that landfall has; nothing else lists them.

landfall neither fetches nor passes on the weights of regulatory track models. What their publishers state of a file
(size, MD5, SHA-256) is in the declaration; where they state nothing, the configuration must give the SHA-256 of the
file that the user fetched.
"""

from __future__ import annotations

from landfall.models.spec import SpliceModelSpec, TrackModelSpec
from landfall.models.splice.cispliceai.spec import MODEL as CISPLICEAI
from landfall.models.splice.mmsplice.spec import MODEL as MMSPLICE
from landfall.models.splice.openspliceai.spec import MODEL as OPENSPLICEAI
from landfall.models.splice.pangolin.spec import MODEL as PANGOLIN
from landfall.models.splice.spliceai.spec import MODEL as SPLICEAI
from landfall.models.tracks.basenji2.spec import MODEL as BASENJI2
from landfall.models.tracks.beluga.spec import MODEL as BELUGA
from landfall.models.tracks.borzoi.spec import MODEL as BORZOI
from landfall.models.tracks.deepsea.spec import MODEL as DEEPSEA
from landfall.models.tracks.enformer.spec import MODEL as ENFORMER
from landfall.models.tracks.sei.spec import MODEL as SEI

SPLICE_MODELS: tuple[SpliceModelSpec, ...] = (SPLICEAI, CISPLICEAI, OPENSPLICEAI, PANGOLIN, MMSPLICE)
TRACK_MODELS: tuple[TrackModelSpec, ...] = (ENFORMER, BASENJI2, BORZOI, SEI, DEEPSEA, BELUGA)
