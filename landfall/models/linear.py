"""A dense layer that multiplies float32 by oneDNN on a processor, where it takes about half the time of torch's MKL."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Linear(nn.Linear):
    """As ``nn.Linear``; oneDNN serves inference in float32 on a processor alone, as it keeps nothing for gradients."""

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu" or x.dtype != torch.float32 or torch.is_grad_enabled():
            return super().forward(x)
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, "none", [], "")
        return product
