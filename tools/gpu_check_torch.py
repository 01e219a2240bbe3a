"""Times a full step of dit-xl-2 in PyTorch on a GPU, as the dit-xl-2 of `clusca bench`: batch 2, 256 tokens, random weights.

usage: gpu_check_torch.py [cuda:N]
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEADS, BLOCKS, TOKENS, BATCH = 1152, 16, 28, 256, 2


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.modulation = nn.Linear(WIDTH, 6 * WIDTH)

    def forward(self, x, c):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(F.silu(c))[:, None].chunk(6, dim=-1)
        h = F.layer_norm(x, (WIDTH,)) * (1 + scale1) + shift1
        q, k, v = self.qkv(h).view(*h.shape[:2], 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        x = x + gate1 * self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(x.shape))
        h = F.layer_norm(x, (WIDTH,)) * (1 + scale2) + shift2
        return x + gate2 * self.down(F.gelu(self.up(h), approximate="tanh"))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(16, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.head = nn.Linear(WIDTH, 32)

    def forward(self, patches, c):
        x = self.embed(patches)
        for block in self.blocks:
            x = block(x, c)
        return self.head(F.layer_norm(x, (WIDTH,)))


@torch.inference_mode()
def seconds(network, dtype, device):
    network = network.to(device, dtype)
    patches = torch.randn(BATCH, TOKENS, 16, device=device, dtype=dtype)
    c = torch.randn(BATCH, WIDTH, device=device, dtype=dtype)
    times = []
    for _ in range(30):
        wait(device)
        begin = time.perf_counter()
        network(patches, c)
        wait(device)
        times.append(time.perf_counter() - begin)
    return sorted(times[5:])[len(times[5:]) // 2]


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def main():
    device = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cuda:0")
    torch.manual_seed(0)
    network = Network().eval()
    print(f"PyTorch {torch.__version__}, full step of dit-xl-2, batch {BATCH}, median of 25")
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        print(f"{str(dtype).split('.')[1]:9} {seconds(network, dtype, device):.4f} s")


if __name__ == "__main__":
    main()
