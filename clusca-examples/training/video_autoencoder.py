"""The autoencoder of HunyuanVideo, AutoencoderKLHunyuanVideo of diffusers, under its names of the weights: no frame depends on later
ones, and the first frame is a latent frame of its own. Latents are a quarter as long in time, as in space here."""
import torch
import torch.nn.functional as F
from torch import nn


class Convolution(nn.Module):
    """The edges are repeated in space, the first frame ahead in time."""

    def __init__(self, inner, outer, kernel=3, stride=1):
        super().__init__()
        self.pad = (kernel // 2,) * 4 + (kernel - 1, 0)
        self.conv = nn.Conv3d(inner, outer, kernel, stride)

    def forward(self, x):
        return self.conv(F.pad(x, self.pad, mode="replicate") if any(self.pad) else x)


class Resnet(nn.Module):
    def __init__(self, inner, outer, groups):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, inner, eps=1e-6), Convolution(inner, outer)
        self.norm2, self.conv2 = nn.GroupNorm(groups, outer, eps=1e-6), Convolution(outer, outer)
        self.conv_shortcut = Convolution(inner, outer, 1) if inner != outer else None

    def forward(self, x):
        y = self.conv1(F.silu(self.norm1(x)))
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """One head; a cell sees its own and earlier frames."""

    def __init__(self, width, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x):
        frame = torch.arange(x.shape[2], device=x.device).repeat_interleave(x.shape[3] * x.shape[4])
        tokens = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (layer(tokens)[:, None] for layer in (self.to_q, self.to_k, self.to_v))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=frame[:, None] >= frame[None])[:, 0]
        return x + self.to_out[0](mixed).transpose(1, 2).reshape(x.shape)


class Middle(nn.Module):
    def __init__(self, width, groups):
        super().__init__()
        self.resnets = nn.ModuleList(Resnet(width, width, groups) for _ in range(2))
        self.attentions = nn.ModuleList([Attention(width, groups)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Down(nn.Module):
    def __init__(self, width, stride):
        super().__init__()
        self.conv = Convolution(width, width, 3, stride)

    def forward(self, x):
        return self.conv(x)


class Up(nn.Module):
    """Repeats every pixel, and every frame but the first."""

    def __init__(self, width, factors):
        super().__init__()
        self.factors, self.conv = factors, Convolution(width, width)

    def forward(self, x):
        first, rest = x[:, :, :1], x[:, :, 1:]
        first = F.interpolate(first[:, :, 0], scale_factor=self.factors[1:], mode="nearest")[:, :, None]
        if rest.shape[2]:
            first = torch.cat([first, F.interpolate(rest, scale_factor=self.factors, mode="nearest")], 2)
        return self.conv(first)


class Level(nn.Module):
    def __init__(self, inner, outer, count, groups, down=None, up=None):
        super().__init__()
        self.resnets = nn.ModuleList(Resnet(inner if i == 0 else outer, outer, groups) for i in range(count))
        if down:
            self.downsamplers = nn.ModuleList([Down(outer, down)])
        if up:
            self.upsamplers = nn.ModuleList([Up(outer, up)])

    def forward(self, x):
        for resnet in self.resnets:
            x = resnet(x)
        for sampler in [*getattr(self, "downsamplers", []), *getattr(self, "upsamplers", [])]:
            x = sampler(x)
        return x


class Encoder(nn.Module):
    def __init__(self, channels, latent, layers, groups, spatial):
        super().__init__()
        last = len(channels) - 1
        self.conv_in = Convolution(3, channels[0])
        self.down_blocks = nn.ModuleList()
        for i, (inner, outer) in enumerate(zip([channels[0], *channels], channels)):
            # time is halved in the two blocks ahead of the last one
            factors = (2 if last - 2 <= i < last else 1, *(2 if i < spatial else 1,) * 2)
            self.down_blocks.append(Level(inner, outer, layers, groups, down=factors if max(factors) > 1 else None))
        self.mid_block = Middle(channels[-1], groups)
        self.conv_norm_out, self.conv_out = nn.GroupNorm(groups, channels[-1], eps=1e-6), Convolution(channels[-1], 2 * latent)

    def forward(self, x):
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, channels, latent, layers, groups, spatial):
        super().__init__()
        wide, last = channels[::-1], len(channels) - 1
        self.conv_in = Convolution(latent, wide[0])
        self.mid_block = Middle(wide[0], groups)
        self.up_blocks = nn.ModuleList()
        for i, (inner, outer) in enumerate(zip([wide[0], *wide], wide)):
            factors = (2 if last - 2 <= i < last else 1, *(2 if i < spatial else 1,) * 2)
            self.up_blocks.append(Level(inner, outer, layers + 1, groups, up=factors if max(factors) > 1 else None))
        self.conv_norm_out, self.conv_out = nn.GroupNorm(groups, wide[-1], eps=1e-6), Convolution(wide[-1], 3)

    def forward(self, z):
        x = self.mid_block(self.conv_in(z))
        for block in self.up_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class VideoAutoencoder(nn.Module):
    """Clips [n, 3, 4k + 1, h, w] in [-1, 1] and latents [n, latent, k + 1, h / 2^spatial, w / 2^spatial]."""

    def __init__(self, channels=(16, 40, 64), latent=16, layers=1, groups=8, spatial=2):
        super().__init__()
        self.shape = dict(channels=tuple(channels), latent=latent, layers=layers, groups=groups, spatial=spatial)
        self.encoder = Encoder(list(channels), latent, layers, groups, spatial)
        self.decoder = Decoder(list(channels), latent, layers, groups, spatial)
        self.quant_conv, self.post_quant_conv = nn.Conv3d(2 * latent, 2 * latent, 1), nn.Conv3d(latent, latent, 1)

    def encode(self, x):
        """Mean and logarithm of the variance."""
        mean, logvar = self.quant_conv(self.encoder(x)).float().chunk(2, 1)
        return mean, logvar.clamp(-30, 20)

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z)).float()

    def config(self, scaling):
        """What diffusers writes beside the weights."""
        n, s = len(self.shape["channels"]), self.shape
        return {
            "_class_name": "AutoencoderKLHunyuanVideo", "act_fn": "silu", "block_out_channels": list(s["channels"]),
            "down_block_types": ["HunyuanVideoDownBlock3D"] * n, "up_block_types": ["HunyuanVideoUpBlock3D"] * n, "in_channels": 3,
            "out_channels": 3, "latent_channels": s["latent"], "layers_per_block": s["layers"], "mid_block_add_attention": True,
            "norm_num_groups": s["groups"], "scaling_factor": scaling, "spatial_compression_ratio": 2 ** s["spatial"],
            "temporal_compression_ratio": 4}
