"""The autoencoder of FLUX: AutoencoderKL of diffusers without the 1x1 convolutions around the latent, under its names of the weights."""
import torch
import torch.nn.functional as F
from torch import nn


class Resnet(nn.Module):
    def __init__(self, inner, outer, groups):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, inner, eps=1e-6), nn.Conv2d(inner, outer, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(groups, outer, eps=1e-6), nn.Conv2d(outer, outer, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inner, outer, 1) if inner != outer else None

    def forward(self, x):
        y = self.conv1(F.silu(self.norm1(x)))
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """One head over all places."""

    def __init__(self, width, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x):
        tokens = self.group_norm(x).flatten(2).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(self.to_q(tokens)[:, None], self.to_k(tokens)[:, None], self.to_v(tokens)[:, None])[:, 0]
        return x + self.to_out[0](mixed).transpose(1, 2).reshape(x.shape)


class Middle(nn.Module):
    def __init__(self, width, groups):
        super().__init__()
        self.resnets = nn.ModuleList(Resnet(width, width, groups) for _ in range(2))
        self.attentions = nn.ModuleList([Attention(width, groups)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Resampler(nn.Module):
    def __init__(self, width, up):
        super().__init__()
        self.up = up
        self.conv = nn.Conv2d(width, width, 3, stride=1 if up else 2, padding=1 if up else 0)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0) if self.up else F.pad(x, (0, 1, 0, 1)))


class Level(nn.Module):
    """Residual blocks at one resolution, then a step to the next one unless it is the last."""

    def __init__(self, inner, outer, count, groups, last, up):
        super().__init__()
        self.resnets = nn.ModuleList(Resnet(inner if i == 0 else outer, outer, groups) for i in range(count))
        if not last:
            setattr(self, "upsamplers" if up else "downsamplers", nn.ModuleList([Resampler(outer, up)]))

    def forward(self, x):
        for resnet in self.resnets:
            x = resnet(x)
        for resampler in getattr(self, "upsamplers", getattr(self, "downsamplers", [])):
            x = resampler(x)
        return x


class Encoder(nn.Module):
    def __init__(self, channels, latent, layers, groups):
        super().__init__()
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        inner = [channels[0], *channels[:-1]]
        self.down_blocks = nn.ModuleList(
            Level(i, o, layers, groups, n == len(channels) - 1, False) for n, (i, o) in enumerate(zip(inner, channels)))
        self.mid_block = Middle(channels[-1], groups)
        self.conv_norm_out = nn.GroupNorm(groups, channels[-1], eps=1e-6)
        self.conv_out = nn.Conv2d(channels[-1], 2 * latent, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, channels, latent, layers, groups):
        super().__init__()
        wide = channels[::-1]
        self.conv_in = nn.Conv2d(latent, wide[0], 3, padding=1)
        self.mid_block = Middle(wide[0], groups)
        inner = [wide[0], *wide[:-1]]
        self.up_blocks = nn.ModuleList(
            Level(i, o, layers + 1, groups, n == len(wide) - 1, True) for n, (i, o) in enumerate(zip(inner, wide)))
        self.conv_norm_out = nn.GroupNorm(groups, wide[-1], eps=1e-6)
        self.conv_out = nn.Conv2d(wide[-1], 3, 3, padding=1)

    def forward(self, z):
        x = self.mid_block(self.conv_in(z))
        for block in self.up_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class Autoencoder(nn.Module):
    """Pictures [n, 3, h, w] in [-1, 1] and latents [n, latent, h / f, w / f], f halving once between two numbers of channels."""

    def __init__(self, channels=(32, 64, 96), latent=8, layers=1, groups=8):
        super().__init__()
        self.shape = dict(channels=tuple(channels), latent=latent, layers=layers, groups=groups)
        self.encoder = Encoder(list(channels), latent, layers, groups)
        self.decoder = Decoder(list(channels), latent, layers, groups)

    def encode(self, x):
        """Mean and logarithm of the variance."""
        mean, logvar = self.encoder(x).float().chunk(2, 1)
        return mean, logvar.clamp(-30, 20)

    def decode(self, z):
        return self.decoder(z).float()

    def config(self, scaling, shift, size):
        """What diffusers writes beside the weights."""
        n = len(self.shape["channels"])
        return {
            "_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": list(self.shape["channels"]),
            "down_block_types": ["DownEncoderBlock2D"] * n, "up_block_types": ["UpDecoderBlock2D"] * n, "force_upcast": True,
            "in_channels": 3, "out_channels": 3, "latent_channels": self.shape["latent"], "layers_per_block": self.shape["layers"],
            "mid_block_add_attention": True, "norm_num_groups": self.shape["groups"], "sample_size": size,
            "scaling_factor": scaling, "shift_factor": shift, "use_quant_conv": False, "use_post_quant_conv": False}
