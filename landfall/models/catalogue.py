"""The models landfall knows: identity, licence, and the files of weights with their digests.

Neither torch nor any model is imported here, so that rules and configuration checks may read it.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from landfall.models.info import Licence, ModelInfo, WeightFile

SPLICEAI = ModelInfo(
    name="spliceai",
    module="landfall.models.splice.spliceai",
    title="SpliceAI-10k",
    version="1.3.1",
    citation="Jaganathan et al., Cell 176:535 (2019), doi:10.1016/j.cell.2018.12.015",
    context=5_000,
    licence=Licence(
        name="CC BY-NC 4.0",
        url="https://creativecommons.org/licenses/by-nc/4.0/",
        commercial=False,
        note="SpliceAI's trained weights are free for academic and non-commercial use; Illumina licenses other use.",
    ),
    package="spliceai==1.3.1",
    package_sha256="63c633b8de6803d4ffb613e6ef62f1a896fec9fc13245c0f000ff7adea279776",
    weights=tuple(
        WeightFile(
            name=f"spliceai{number}.h5",
            member=f"spliceai/models/spliceai{number}.h5",
            size=3_131_720,
            sha256=digest,
        )
        for number, digest in enumerate(
            (
                "e1fd5adcef7489d604b10e79c40078ef790d51ef048c4ce3869c9119ac5de42b",
                "6ab042b82ab966b6d3582cb31b96f0859ea08a864f168d69e83aa14450a3b66e",
                "e2e790bde53dfdf410c6dc434a86122a7d12f3f38dc2ef45d85986e9ecf22fad",
                "ca88ac9e58e69ba6fdeed319b72f063f164c9abf7392eaccef903e94c1d99dd6",
                "791cd22c62a80a08d2ca674615a93ce8159d7b55bd157cfef2983b1bd6b41391",
            ),
            start=1,
        )
    ),
    tables=(
        WeightFile(
            name="grch37.txt",
            member="spliceai/annotations/grch37.txt",
            size=4_418_184,
            sha256="16e495da074e965f46f60ced4e73292843e949051d2dc31dd521da3fd7615dce",
        ),
        WeightFile(
            name="grch38.txt",
            member="spliceai/annotations/grch38.txt",
            size=4_250_439,
            sha256="565c0ea83f66b2210182364c3d626fef526229e3d02f444bab247329b6695f2c",
        ),
    ),
)

CISPLICEAI = ModelInfo(
    name="cispliceai",
    module="landfall.models.splice.cispliceai",
    title="CI-SpliceAI",
    version="1.2.2",
    citation="Strauch et al., PLoS One 17:e0269159 (2022), doi:10.1371/journal.pone.0269159",
    context=5_000,
    licence=Licence(
        name="CC BY 4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        commercial=True,
        note="CI-SpliceAI's trained weights may be used by anyone who names their authors.",
    ),
    package="cispliceai==1.2.2",
    package_sha256="def1db5358848a19533fd387e0620fc0df79784b9e6e1cba1a045ad6678e1da7",
    weights=(
        WeightFile(
            name="CI-SpliceAI.pb",
            member="cispliceai/data/CI-SpliceAI.pb",
            size=15_946_046,
            sha256="34330c2fd844f73cbf2f8acef85f519cabc4350016e6f19ac2b935aa53b43d06",
        ),
    ),
)

MMSPLICE = ModelInfo(
    name="mmsplice",
    module="landfall.models.splice.mmsplice",
    title="MMSplice and MTSplice",
    version="2.4.0",
    citation="Cheng et al., Genome Biology 20:48 (2019), doi:10.1186/s13059-019-1653-z; "
    "Cheng et al., Genome Biology 22:94 (2021), doi:10.1186/s13059-021-02273-7",
    context=25_000,
    kind="exons",
    licence=Licence(
        name="MIT",
        url="https://github.com/gagneurlab/MMSplice_MTSplice/blob/master/LICENSE",
        commercial=True,
        note="MMSplice and MTSplice may be used by anyone who keeps their notice.",
    ),
    package="mmsplice==2.4.0",
    package_sha256="d70a3a281b9433b89e6a8612cc2ca2611f54c35b90f46e16772b2868ec94b60a",
    weights=tuple(
        WeightFile(name=name, member=f"mmsplice/models/{name}", size=size, sha256=digest)
        for name, size, digest in (
            ("Intron3.h5", 70_484, "f52a1100429752c0992a555625a4cd19b7cfd6d85fccfc288b076f51d7299363"),
            ("Acceptor.h5", 104_208, "e696c29ead85b167a9102dc24020d8c072a232236be6e75bbae4515efb46aa44"),
            ("Exon.h5", 45_248, "aea7f0aff45e14e81c6c79bac0dad488721882c45fb39f6c66e4182a5d033c94"),
            ("Donor.h5", 268_760, "d1e17b9fd7462e492d2c520af539d93e092527ba19d835cd8602f376912ff5c6"),
            ("Intron5.h5", 70_436, "84738869bd2a1d07aa6a9a1c650d78ba893a973cb59d7909a3ca76efe24265f6"),
            (
                "mtsplice_deep0.h5",
                1_034_784,
                "7f664348225cc2eaecd9b87bfc6b4903898c02a6a3a3f91cb1a4c7054db5bcdb",
            ),
            (
                "mtsplice_deep1.h5",
                1_034_784,
                "9eac5c71e6424253eab74db1c13f2d65f642cdbddcb43565214f7f23674368db",
            ),
            (
                "mtsplice_deep2.h5",
                1_034_784,
                "24795e68a4fe8ab22afc04e9bcfc81cbb2d6d3d6da956b1a40abae7fe1ed523a",
            ),
            (
                "mtsplice_deep3.h5",
                1_034_784,
                "61ca46545f4e25fe2154a880240b0c8017896a5765cdc80919a27360f8623f21",
            ),
        )
    ),
)

MODELS = {model.name: model for model in (SPLICEAI, CISPLICEAI, MMSPLICE)}
"""Name in the configuration to model."""


def module(name: str) -> ModuleType:
    """The module of a model, whose class ``Ensemble`` loads the weights; importing it may take seconds (torch)."""
    return importlib.import_module(MODELS[name].module)
