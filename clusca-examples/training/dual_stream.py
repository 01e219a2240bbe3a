"""The blocks that FLUX and HunyuanVideo share, under diffusers' names of the weights.

In a double block image and text have weights of their own and one attention; in a single block both are one sequence, with
attention and MLP side by side. `turn` holds the rotary tables [tokens, head / 2] of the joint sequence, cosines and sines.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


def rotary(axes, grid, theta, before=0, after=0):
    """Tables of a grid, its last axis fastest, with tokens that are not turned before and after it."""
    places = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in grid), indexing="ij")
    angles = [p.reshape(-1, 1) / theta ** (torch.arange(0, c, 2, dtype=torch.float64) / c) for p, c in zip(places, axes)]
    angles = F.pad(torch.cat(angles, 1), (0, 0, before, after))
    return angles.cos().float(), angles.sin().float()


def turned(x, turn):
    """`x` [batch, heads, tokens, head]: neighbouring channels turned together."""
    cos, sin = turn
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class RmsNorm(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(width))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def modulated(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def attend(q, k, v, mask=None):
    """[batch, heads, tokens, head] each; `mask` [batch, 1, 1, tokens] says which keys are seen."""
    # written out: compiled for a CPU in 16 bit this trains faster than scaled_dot_product_attention
    scores = q / math.sqrt(q.shape[-1]) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    return (scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).flatten(2)


class Modulation(nn.Module):
    def __init__(self, width, parts):
        super().__init__()
        self.parts, self.linear = parts, nn.Linear(width, parts * width)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, condition):
        return self.linear(condition).unsqueeze(1).chunk(self.parts, -1)


class Projection(nn.Module):
    """Queries, keys and values of one stream, by diffusers' names: to_q or add_q_proj, norm_q or norm_added_q."""

    def __init__(self, width, heads, second=False):
        super().__init__()
        self.heads = heads
        add(self, width, heads, "")
        if second:
            add(self, width, heads, "added")
            self.to_out, self.to_add_out = nn.ModuleList([nn.Linear(width, width)]), nn.Linear(width, width)

    def project(self, x, turn, second=False):
        to, norm = ("add_{}_proj", "norm_added_{}") if second else ("to_{}", "norm_{}")
        q, k, v = (getattr(self, to.format(part))(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in "qkv")
        q, k = (turned(getattr(self, norm.format(part))(y), turn).to(v.dtype) for part, y in (("q", q), ("k", k)))
        return q, k, v


def add(module, width, heads, which):
    for part in "qkv":
        setattr(module, f"add_{part}_proj" if which else f"to_{part}", nn.Linear(width, width))
    for part in "qk":
        setattr(module, f"norm_added_{part}" if which else f"norm_{part}", RmsNorm(width // heads))


class Inner(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, 4 * width)

    def forward(self, x):
        return F.gelu(self.proj(x), approximate="tanh")


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.ModuleList([Inner(width), nn.Identity(), nn.Linear(4 * width, width)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


class DoubleBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm1_context = Modulation(width, 6), Modulation(width, 6)
        self.attn = Projection(width, heads, second=True)
        self.ff, self.ff_context = Mlp(width), Mlp(width)

    def forward(self, image, text, condition, turn_image, turn_text, image_first, mask=None):
        si, ci, gi, ti, di, hi = self.norm1(condition)
        st, ct, gt, tt, dt, ht = self.norm1_context(condition)
        parts = [
            self.attn.project(modulated(image, si, ci), turn_image),
            self.attn.project(modulated(text, st, ct), turn_text, second=True)]
        parts = parts if image_first else parts[::-1]
        mixed = attend(*(torch.cat(pair, 2) for pair in zip(*parts)), mask)
        n = image.shape[1] if image_first else text.shape[1]
        first, second = mixed[:, :n], mixed[:, n:]
        of_image, of_text = (first, second) if image_first else (second, first)
        image = image + gi * self.attn.to_out[0](of_image)
        text = text + gt * self.attn.to_add_out(of_text)
        image = image + hi * self.ff(modulated(image, ti, di))
        text = text + ht * self.ff_context(modulated(text, tt, dt))
        return image, text


class SingleBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm, self.attn = Modulation(width, 3), Projection(width, heads)
        self.proj_mlp, self.proj_out = nn.Linear(width, 4 * width), nn.Linear(5 * width, width)

    def forward(self, x, condition, turn, mask=None):
        shift, scale, gate = self.norm(condition)
        y = modulated(x, shift, scale)
        mixed = attend(*self.attn.project(y, turn), mask)
        return x + gate * self.proj_out(torch.cat([mixed, F.gelu(self.proj_mlp(y), approximate="tanh")], -1))


class Embedder(nn.Module):
    def __init__(self, inner, width):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(inner, width), nn.Linear(width, width)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


def sinusoid(numbers):
    """[rows] -> [rows, 256]: cosines, then sines."""
    # exact exponentials of float32 exponents: those of float32 differ between machines, which numbers in the thousands would show
    frequencies = torch.exp((-math.log(10000) * torch.arange(128).float() / 128).double()).float()
    angles = numbers[:, None].float() * frequencies.to(numbers.device)
    return torch.cat([angles.cos(), angles.sin()], -1)


class TimeTextEmbedding(nn.Module):
    """Timestep and guidance (both 0 to 1000 and beyond) and pooled text as one vector."""

    def __init__(self, pooled, width):
        super().__init__()
        self.timestep_embedder, self.guidance_embedder = Embedder(256, width), Embedder(256, width)
        self.text_embedder = Embedder(pooled, width)

    def forward(self, timestep, guidance, pooled):
        return self.timestep_embedder(sinusoid(timestep)) + self.guidance_embedder(sinusoid(guidance)) + self.text_embedder(pooled)


def initialise(module):
    """Xavier for the linear layers, but nothing comes out of the modulations and the last layer at first."""
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear) and layer.weight.abs().sum() > 0:
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    nn.init.zeros_(module.proj_out.weight)


def optimizers(model, rate, blocks=("transformer_blocks", "single_transformer_blocks")):
    """Muon for the matrices inside the blocks, AdamW for everything else (embeddings, modulations, biases, first and last layers)."""
    inner, rest = [], []
    for name, p in model.named_parameters():
        matrix = p.ndim == 2 and any(f"{b}." in name for b in blocks) and "norm" not in name
        (inner if matrix else rest).append(p)
    return [
        torch.optim.AdamW(rest, lr=rate, weight_decay=0.0, betas=(0.9, 0.99)),
        torch.optim.Muon(inner, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")]
