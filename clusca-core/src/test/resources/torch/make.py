"""Writes the files beside it, with torch 2.13 and safetensors 0.8: what torch.save makes of tensors of every form."""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent


def matrix(dtype=torch.float32):
    return torch.arange(12, dtype=torch.float32).reshape(3, 4).to(dtype)


shared = torch.arange(8, dtype=torch.float32)
torch.save(
    {
        "f32": matrix(),
        "f16": matrix(torch.float16),
        "bf16": matrix(torch.bfloat16),
        "f8": matrix(torch.float8_e4m3fn),
        "f64": matrix(torch.float64),
        "i64": matrix(torch.int64),
        "transposed": matrix(torch.bfloat16).t(),
        "rows": matrix()[1:],
        "column": matrix()[:, 1],
        "first": shared[:5],
        "second": shared[3:],
        "expanded": torch.tensor([[2.0], [3.0]]).expand(2, 3),
        "parameter": torch.nn.Parameter(matrix()),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros(0, 3),
    },
    HERE / "forms.bin",
)


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        torch.nn.init.constant_(self.layer.weight, 1)
        torch.nn.init.constant_(self.layer.bias, 1)


model = Small()
optimizer = torch.optim.AdamW(model.parameters())
model.layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
averaged = Small()
torch.nn.init.constant_(averaged.layer.weight, 5)
torch.save(
    {
        "model": model.state_dict(),
        "ema": averaged.state_dict(),
        "opt": optimizer.state_dict(),
        "args": argparse.Namespace(lr=1e-4, seed=1 << 40, device=torch.device("cpu")),
    },
    HERE / "checkpoint.pt",
)
torch.save(
    {"state_dict": {"module." + name: value for name, value in averaged.state_dict().items()}},
    HERE / "lightning.ckpt",
)
torch.save(model.state_dict(), HERE / "legacy.pt", _use_new_zipfile_serialization=False)

every = torch.arange(256, dtype=torch.uint8)
eights = {}
for name in ("float8_e4m3fn", "float8_e5m2"):
    values = every.view(getattr(torch, name))
    eights[name + ".weight"] = values.clone()
    eights[name + ".wide"] = values.float()
eights["scaled.weight"] = every.view(torch.float8_e4m3fn).reshape(16, 16).clone()
eights["scaled.scale_weight"] = torch.tensor(0.25)
eights["rows.weight"] = every.view(torch.float8_e4m3fn).reshape(16, 16).clone()
eights["rows.weight_scale"] = torch.ones(16, 1)
save_file(eights, HERE / "float8.safetensors")
