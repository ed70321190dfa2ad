"""The networks of regulatory tracks that landfall knows: identity, licence, and where the user fetches the weights.

None of these weights is fetched or given away by landfall. What the publishers say of a file (size, MD5, SHA-256)
stands here; where they say nothing, the configuration must give the SHA-256 of the file that the user fetched.
Neither torch nor any model is imported here, so that rules and configuration checks may read it.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from landfall.models.info import FetchedFile, Licence, ModelInfo

APACHE = Licence(
    name="Apache-2.0",
    url="https://www.apache.org/licenses/LICENSE-2.0",
    commercial=True,
    note="the trained weights may be used by anyone who keeps their notice.",
)
PRINCETON = Licence(
    name="Princeton academic licence",
    url="https://github.com/FunctionLab/ExPecto/blob/master/LICENSE",
    commercial=False,
    note="Beluga's trained weights are free for academic use and may not be passed on.",
)

CALICO = FetchedFile(
    "targets_human.txt",
    "https://raw.githubusercontent.com/calico/basenji/0.5/manuscripts/cross2020/targets_human.txt",
)
SEI_ARCHIVE = "https://zenodo.org/record/4906997/files/sei_model.tar.gz"

ENFORMER = ModelInfo(
    name="enformer",
    module="landfall.models.tracks.enformer.model",
    title="Enformer",
    version="1",
    citation="Avsec et al., Nature Methods 18:1196 (2021), doi:10.1038/s41592-021-01252-x",
    context=98_304,
    kind="tracks",
    licence=Licence(
        name="CC BY 4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        commercial=True,
        note="Enformer's trained weights may be used by anyone who names their authors.",
    ),
    fetched=(
        FetchedFile(
            "pytorch_model.bin",
            "https://huggingface.co/EleutherAI/enformer-official-rough/resolve/"
            "affe5713ae9017460706a44108289b13c5fee16c/pytorch_model.bin",
        ),
        FetchedFile(
            "enformer-fine-tuned-human-1.index",
            "gs://dm-enformer/models/enformer/sonnet_weights/",
        ),
    ),
    targets=(CALICO,),
)

BASENJI2 = ModelInfo(
    name="basenji2",
    module="landfall.models.tracks.basenji2",
    title="Basenji2",
    version="2020",
    citation="Kelley, PLoS Computational Biology 16:e1008050 (2020), doi:10.1371/journal.pcbi.1008050",
    context=65_536,
    kind="tracks",
    licence=APACHE,
    fetched=(
        FetchedFile("model_human.h5", "https://storage.googleapis.com/basenji_barnyard2/model_human.h5"),
        FetchedFile(
            "basenji2.pth",
            "https://zenodo.org/records/14969593/files/basenji2.pth",
            md5="1f46acc933e05515faf4d7eec0e27d42",
        ),
    ),
    targets=(CALICO,),
)

BORZOI = ModelInfo(
    name="borzoi",
    module="landfall.models.tracks.borzoi.model",
    title="Borzoi",
    version="2023",
    citation="Linder et al., Nature Genetics 57:949 (2025), doi:10.1038/s41588-024-02053-6",
    context=262_144,
    kind="tracks",
    licence=APACHE,
    fetched=tuple(
        FetchedFile(
            f"f{fold}/model0_best.h5",
            f"https://storage.googleapis.com/seqnn-share/borzoi/f{fold}/model0_best.h5",
        )
        for fold in range(4)
    ),
    targets=(
        FetchedFile("targets.txt", "https://storage.googleapis.com/seqnn-share/borzoi/hg38/targets.txt"),
        FetchedFile(
            "targets_human.txt", "https://storage.googleapis.com/seqnn-share/borzoi/hg38/targets.txt"
        ),
    ),
    beside=(
        FetchedFile("params_pred.json", "https://github.com/calico/borzoi"),
        FetchedFile("params.json", "https://storage.googleapis.com/seqnn-share/borzoi/params.json"),
    ),
)

SEI = ModelInfo(
    name="sei",
    module="landfall.models.tracks.sei.model",
    title="Sei",
    version="1.0.0",
    citation="Chen et al., Nature Genetics 54:940 (2022), doi:10.1038/s41588-022-01102-2",
    context=2_048,
    kind="tracks",
    licence=Licence(
        name="Sei academic licence",
        url="https://github.com/FunctionLab/sei-framework/blob/main/LICENSE",
        commercial=False,
        note="Sei's trained weights are free for academic research alone.",
    ),
    fetched=(FetchedFile("sei.pth", SEI_ARCHIVE, member="model/sei.pth"),),
    targets=(FetchedFile("target.names", SEI_ARCHIVE, member="model/target.names"),),
    beside=tuple(
        FetchedFile(name, SEI_ARCHIVE, member=f"model/{name}")
        for name in ("projvec_targets.npy", "histone_inds.npy", "seqclass.names")
    ),
)

DEEPSEA = ModelInfo(
    name="deepsea",
    module="landfall.models.tracks.deepsea.deepsea",
    title="DeepSEA",
    version="0.94",
    citation="Zhou and Troyanskaya, Nature Methods 12:931 (2015), doi:10.1038/nmeth.3547",
    context=500,
    kind="tracks",
    licence=Licence(
        name="CC BY 3.0",
        url="https://creativecommons.org/licenses/by/3.0/",
        commercial=True,
        note="DeepSEA's trained weights may be used by anyone who names their authors.",
    ),
    fetched=(
        FetchedFile(
            "deepsea_variant_effects.pth",
            "https://zenodo.org/record/1466993/files/deepsea_variant_effects.pth",
            md5="35956ab9c28960b5a3693f470fe980c1",
        ),
        FetchedFile(
            "deepsea_predict.pth",
            "https://zenodo.org/record/1466993/files/deepsea_predict.pth",
            md5="89e640bf6bdbe1ff165f484d9796efc7",
        ),
    ),
    targets=(
        FetchedFile(
            "predictor_names.txt",
            "https://raw.githubusercontent.com/kipoi/models/master/DeepSEA/variantEffects/predictor_names.txt",
        ),
    ),
)

BELUGA = ModelInfo(
    name="beluga",
    module="landfall.models.tracks.deepsea.beluga",
    title="DeepSEA Beluga",
    version="2018",
    citation="Zhou et al., Nature Genetics 50:1171 (2018), doi:10.1038/s41588-018-0160-6",
    context=1_000,
    kind="tracks",
    licence=PRINCETON,
    fetched=(
        FetchedFile(
            "deepsea.beluga.pth",
            "https://zenodo.org/record/3402406/files/deepsea.beluga.pth",
            md5="62360f2db4ac96554d28d058b50ab654",
        ),
    ),
    targets=(
        FetchedFile(
            "deepsea_beluga_2002_features.tsv",
            "https://raw.githubusercontent.com/FunctionLab/ExPecto/master/resources/deepsea_beluga_2002_features.tsv",
        ),
    ),
)

TRACK_MODELS = {model.name: model for model in (ENFORMER, BASENJI2, BORZOI, SEI, DEEPSEA, BELUGA)}
"""Name in the configuration to model."""


STRANDED = frozenset(("borzoi",))
"""Networks with tracks of RNA and of one strand: what they say of a gene hangs on its exons and its strand."""
PROBABILITIES = frozenset(("sei", "deepsea", "beluga"))
"""Networks that give one probability a track for the whole window, not a signal along it."""


def module(name: str) -> ModuleType:
    """The module of a model, whose function ``load`` gives the model; importing it may take seconds (torch)."""
    return importlib.import_module(TRACK_MODELS[name].module)
