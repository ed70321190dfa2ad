"""MMSplice and MTSplice: the declaration."""

from __future__ import annotations

from landfall.models.info import Licence, ModelInfo, WeightFile
from landfall.models.spec import Cost, SpliceModelSpec
from landfall.models.splice import outputs

MODEL = SpliceModelSpec(
    info=ModelInfo(
        name="mmsplice",
        title="MMSplice and MTSplice",
        version="2.4.0",
        citation="Cheng et al., Genome Biology 20:48 (2019), doi:10.1186/s13059-019-1653-z; "
        "Cheng et al., Genome Biology 22:94 (2021), doi:10.1186/s13059-021-02273-7",
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
    ),
    kind="exons",
    context=25_000,
    cost=Cost(start=3.2, per_million=0.3, peak=373),
    output_columns=outputs.psi_columns("mmsplice"),
    describe=outputs.psi_in_words("mmsplice"),
    calibration_terms=outputs.PSI_TERMS,
)
