"""Arithmetic per variant: what each idea of the engine saves, counted layer by layer: ``python -m benchmarks.cost``.

Counts multiplications and additions of the residual units' convolutions (five networks), which are nearly all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from landfall.models.splice.spliceai.model import CONTEXT, FILTERS, GROUPS, UNITS_PER_GROUP

NETWORKS = 5


def layers() -> Iterator[tuple[int, int]]:
    """(width, bases that the layer's output sees on either side) of each convolution, in order."""
    reach = 0
    for width, dilation in GROUPS:
        for _ in range(2 * UNITS_PER_GROUP):
            reach += dilation * (width - 1) // 2
            yield width, reach


def billions(positions: Callable[[int], int]) -> float:
    """1e9 operations of the ensemble when a layer of a given reach computes so many positions."""
    return NETWORKS * sum(2 * FILTERS * FILTERS * width * positions(reach) for width, reach in layers()) / 1e9


def costs(distance: int) -> dict[str, float]:
    """1e9 operations per pass, by method, for a substitution and outputs ``distance`` bases on either side."""
    outputs = 2 * distance + 1
    return {
        "padded": billions(lambda _: outputs + 2 * CONTEXT),
        "cone": billions(lambda reach: outputs + 2 * (CONTEXT - reach)),
        "difference": billions(lambda reach: min(2 * reach + 1, outputs + 2 * (CONTEXT - reach))),
    }


def main() -> None:
    print(
        "| D | padded window | cone | alternate by difference | original, per variant | isolated | reference shared |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for distance in (50, 500, 4999):
        cost = costs(distance)
        padded, cone, difference = cost["padded"], cost["cone"], cost["difference"]
        print(
            f"| {distance} | {padded:.1f} | {cone:.1f} | {difference:.1f} | {2 * padded:.1f} "
            f"| {cone + difference:.1f} ({2 * padded / (cone + difference):.1f} times fewer) "
            f"| {difference:.1f} ({2 * padded / difference:.1f} times fewer) |"
        )


if __name__ == "__main__":
    main()
