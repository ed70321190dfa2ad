"""Runs in an environment of enformer-pytorch 0.8.12: writes a network's random weights, then reads windows one by one.

Arguments: file for the weights, device, threads, and "exact", or "tf32" for what torch does with the float32 of
convolutions on a GPU where it is not told otherwise. Standard input: a line ``windows.npy tracks.npy`` a job; windows
are (n, length, 4), tracks come back as (n, bins, tracks). Standard output: a JSON line with the seconds by the clock
and of the processor. Its features of distances are corrected to the official ones (see
tests/unit/models/tracks/test_enformer.py), which changes no speed, so that both sides compute the same.
"""

import json
import sys
import time

import numpy as np
import torch
from enformer_pytorch import Enformer, modeling_enformer


def gamma_over_positions(
    positions: torch.Tensor,
    features: int,
    seq_len: int,
    stddev: float | None = None,
    start_mean: float | None = None,
    eps: float = 1e-8,
    **_: object,
) -> torch.Tensor:
    stddev = stddev or seq_len / (2 * features)
    start_mean = start_mean or seq_len / features
    mean = torch.linspace(start_mean, seq_len, features, device=positions.device)[None]
    x = positions.abs()[..., None].double()
    shape, rate = (mean.double() / stddev) ** 2, mean.double() / stddev**2
    density = modeling_enformer.gamma_pdf(x, shape, rate) + eps
    scaled: torch.Tensor = density / density.amax(dim=-2, keepdim=True)
    return scaled.float()


def network(path: str, device: str) -> Enformer:
    modeling_enformer.get_positional_features_gamma = gamma_over_positions
    torch.manual_seed(1)
    model = Enformer.from_hparams(use_tf_gamma=False).eval()
    for name, value in model.named_parameters():
        if value.ndim > 1 and not value.any():  # where training would start from nothing
            torch.nn.init.normal_(value, std=value[0].numel() ** -0.5)
        if name.startswith("_heads") and value.ndim > 1:
            value.data *= 4
    torch.save(model.state_dict(), path)
    return model.to(device)


@torch.inference_mode()
def main() -> None:
    path, device, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.backends.cudnn.allow_tf32 = sys.argv[4] == "tf32"
    model = network(path, device)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        source, target = line.split()
        windows = torch.from_numpy(np.load(source)).to(device)
        begun, spent = time.perf_counter(), time.process_time()
        tracks = [model(window[None], head="human").cpu().numpy() for window in windows]
        seconds = [time.perf_counter() - begun, time.process_time() - spent]
        np.save(target, np.concatenate(tracks))
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
