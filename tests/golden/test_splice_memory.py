"""The splice command streams: ten times the records take no more memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from landfall.testing import builders

GENOME = 2_000_000
GENES = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "GENE\t1\t+\t1990000\t1998000\t1990000,1997000,\t1991000,1998000,\n"
)
ALLOWED_MIB = 40
"""Between ten times as many records and as many; a chunk of records is held at once in both."""


def peak_mib(folder: Path, count: int, weights: Path) -> float:
    """Peak memory of ``landfall splice`` on so many records, the last two of them in the gene."""
    sequence = (folder / "ref.fa").read_text().split("\n")[1]
    step = 1_980_000 // count
    positions = [*range(1, 1 + step * count, step), 1_992_000, 1_993_000]
    header = f"##fileformat=VCFv4.2\n##contig=<ID=chr1,length={GENOME}>\n"
    rows = (
        f"chr1\t{pos}\t.\t{sequence[pos - 1]}\t{'ACGT'['TGCA'.index(sequence[pos - 1])]}\t.\t.\t.\n"
        for pos in positions
    )
    vcf, out = folder / f"{count}.vcf", folder / f"{count}.out.vcf"
    vcf.write_text(header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(rows))
    flags = ["-I", vcf, "-O", out, "-R", folder / "ref.fa", "-A", folder / "genes.txt"]
    command = [
        sys.executable,
        "-m",
        "landfall",
        "splice",
        *map(str, flags),
        "--resources",
        str(weights.parents[1]),
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (folder / "log").read_text()
    written = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    assert len(written) == len(positions)
    assert sum("SpliceAI=" in line for line in written) == 2
    return usage.ru_maxrss / 1024


@pytest.mark.slow
def test_memory_does_not_grow_with_the_records(tmp_path: Path, spliceai_weights: Path) -> None:
    (tmp_path / "ref.fa").write_text(f">chr1\n{builders.bases(GENOME, seed=9)}\n")
    (tmp_path / "genes.txt").write_text(GENES)
    few, many = (peak_mib(tmp_path, count, spliceai_weights) for count in (20_000, 200_000))
    assert many - few < ALLOWED_MIB, f"{few:.0f} MiB for 20,000 records, {many:.0f} for 200,000"
    print(f"\n{few:.0f} MiB for 20,000 records, {many:.0f} MiB for 200,000")
