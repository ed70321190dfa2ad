"""Runs in the environment of the original (spliceai 1.3.1, TensorFlow): scores the variants it is given, one by one.

Standard input: a line ``chrom pos ref alt distance mask`` per variant. Standard output: a JSON line with the seconds
that ``get_delta_scores`` took and what it returned.
"""

import json
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from spliceai.utils import Annotator, get_delta_scores


def quiet(predict: Callable[..., Any]) -> Callable[..., Any]:
    """Keras prints a progress bar for every call, which would be timed with it."""
    return lambda x: predict(x, verbose=0)


def main() -> None:
    annotator = Annotator(sys.argv[1], sys.argv[2])
    for model in annotator.models:
        model.predict = quiet(model.predict)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        chrom, pos, ref, alt, distance, mask = line.split()
        record = SimpleNamespace(chrom=chrom, pos=int(pos), ref=ref, alts=(alt,))
        begun = time.perf_counter()
        strings = get_delta_scores(record, annotator, int(distance), int(mask))
        print(json.dumps([time.perf_counter() - begun, strings]), flush=True)


if __name__ == "__main__":
    main()
