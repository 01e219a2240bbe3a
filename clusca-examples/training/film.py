"""emoji-film: the transformer of HunyuanVideo, small, with its text encoders, trained together."""
import json

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

import films
import flux
import rectified_flow
from dual_stream import DoubleBlock, Embedder, Modulation, SingleBlock, TimeTextEmbedding, attend, initialise, modulated, rotary, sinusoid
from encoders import Clip, Llama
from video_autoencoder import VideoAutoencoder
from vocabulary import ClipVocabulary, LlamaVocabulary

TEXT = 28  # tokens of a prompt and its end mark
SHIFT = 3.0
TEMPLATE = "<|start_header_id|>user<|end_header_id|> {}<|eot_id|>"


def words():
    """Every word of the language of films, and of the template."""
    return flux.words() | set("user moving right left up down rising sinking falling turning spinning growing shrinking passing each other".split())


class RefinerAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x, mask):
        q, k, v = (layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.to_q, self.to_k, self.to_v))
        return self.to_out[0](attend(q, k, v, mask))


class RefinerInner(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, 4 * width)

    def forward(self, x):
        return F.silu(self.proj(x))


class RefinerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn = RefinerAttention(width, heads)
        self.ff = nn.Module()
        self.ff.net = nn.ModuleList([RefinerInner(width), nn.Identity(), nn.Linear(4 * width, width)])
        self.norm_out = Modulation(width, 2)

    def forward(self, x, condition, mask):
        attention, mlp = self.norm_out(condition)
        x = x + attention * self.attn(self.norm1(x), mask)
        return x + mlp * self.ff.net[2](self.ff.net[0](self.norm2(x)))


class TimeAndText(nn.Module):
    def __init__(self, text, width):
        super().__init__()
        self.timestep_embedder, self.text_embedder = Embedder(256, width), Embedder(text, width)


class Refiner(nn.Module):
    """What the text runs through ahead of the blocks, depending on the timestep and on the mean of the text."""

    def __init__(self, text, width, heads, blocks):
        super().__init__()
        self.time_text_embed, self.proj_in = TimeAndText(text, width), nn.Linear(text, width)
        self.token_refiner = nn.Module()
        self.token_refiner.refiner_blocks = nn.ModuleList(RefinerBlock(width, heads) for _ in range(blocks))

    def forward(self, states, mask, timestep):
        seen = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * seen).sum(1) / seen.sum(1)
        own = self.time_text_embed
        condition = F.silu(own.timestep_embedder(sinusoid(timestep)) + own.text_embedder(mean))
        pairs = (mask[:, :, None] & mask[:, None]).bool()
        pairs[:, :, 0] = True  # padding must see something, or its numbers would not stay finite
        x = self.proj_in(states)
        for block in self.token_refiner.refiner_blocks:
            x = block(x, condition, pairs[:, None])
        return x


class Patches(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.proj = nn.Conv3d(channels, width, (1, 2, 2), (1, 2, 2))

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Transformer(nn.Module):
    """HunyuanVideoTransformer3DModel: latent [n, channels, frames, h, w], states [n, text, inner] and their mask [n, text], pooled
    [n, inner], timestep and guidance [n] -> the velocity from film to noise, of the latent's shape."""

    def __init__(self, channels=16, width=192, heads=6, doubles=2, singles=6, refiners=1, text=128, axes=(8, 12, 12)):
        super().__init__()
        self.shape = dict(
            channels=channels, width=width, heads=heads, doubles=doubles, singles=singles, refiners=refiners, text=text, axes=tuple(axes))
        self.x_embedder, self.context_embedder = Patches(channels, width), Refiner(text, width, heads, refiners)
        self.time_text_embed = TimeTextEmbedding(text, width)
        self.transformer_blocks = nn.ModuleList(DoubleBlock(width, heads) for _ in range(doubles))
        self.single_transformer_blocks = nn.ModuleList(SingleBlock(width, heads) for _ in range(singles))
        self.norm_out, self.proj_out = Modulation(width, 2), nn.Linear(width, 4 * channels)
        initialise(self)

    def forward(self, x, states, mask, pooled, timestep, guidance):
        n, c, f, h, w = x.shape
        count, m = f * h * w // 4, states.shape[1]
        cos, sin = (table.to(x.device) for table in rotary(self.shape["axes"], (f, h // 2, w // 2), 256, after=m))
        condition = F.silu(self.time_text_embed(timestep, guidance, pooled))
        image, text = self.x_embedder(x), self.context_embedder(states, mask, timestep)
        seen = F.pad(mask.bool(), (count, 0), value=True)[:, None, None]
        for block in self.transformer_blocks:
            image, text = block(
                image, text, condition, (cos[:count], sin[:count]), (cos[count:], sin[count:]), image_first=True, mask=seen)
        joint = torch.cat([image, text], 1)
        for block in self.single_transformer_blocks:
            joint = block(joint, condition, (cos, sin), seen)
        scale, shift = self.norm_out(condition)
        out = self.proj_out(modulated(joint[:, :count], shift, scale))
        return out.view(n, f, h // 2, w // 2, c, 2, 2).permute(0, 4, 1, 2, 5, 3, 6).reshape(x.shape)

    def config(self):
        s = self.shape
        return {
            "_class_name": "HunyuanVideoTransformer3DModel", "attention_head_dim": s["width"] // s["heads"],
            "num_attention_heads": s["heads"], "guidance_embeds": True, "in_channels": s["channels"], "out_channels": s["channels"],
            "mlp_ratio": 4.0, "num_layers": s["doubles"], "num_single_layers": s["singles"], "num_refiner_layers": s["refiners"],
            "patch_size": 2, "patch_size_t": 1, "pooled_projection_dim": s["text"], "text_embed_dim": s["text"],
            "qk_norm": "rms_norm", "rope_axes_dim": list(s["axes"]), "rope_theta": 256.0, "image_condition_type": None}


class Film(nn.Module):
    """Everything that is trained together: ids of Llama with their mask, and of CLIP."""

    def __init__(self, **shape):
        super().__init__()
        self.transformer = Transformer(**shape)
        llama, clip = LlamaVocabulary(words()), ClipVocabulary(words())
        width = self.transformer.shape["text"]
        self.llama, self.clip = Llama(len(llama), width), Clip(len(clip), clip.end, TEXT, width)
        self.crop = llama.crop

    def texts(self, ids, mask, clip_ids):
        return self.llama(ids, mask)[:, self.crop :], mask[:, self.crop :], self.clip(clip_ids)

    def forward(self, x, ids, mask, clip_ids, timestep, guidance):
        return self.transformer(x, *self.texts(ids, mask, clip_ids), timestep, guidance)


def opened(folder):
    """What export_film.py wrote: the network, the autoencoder, and the scaling between its latents and the network's."""

    def weights(part, name):
        return {k: v.float() for k, v in load_file(folder / part / f"{name}.safetensors").items()}

    t, v = (json.loads((folder / part / "config.json").read_text()) for part in ("transformer", "vae"))
    model = Film(
        channels=t["in_channels"], width=t["attention_head_dim"] * t["num_attention_heads"], heads=t["num_attention_heads"],
        doubles=t["num_layers"], singles=t["num_single_layers"], refiners=t["num_refiner_layers"], text=t["text_embed_dim"],
        axes=t["rope_axes_dim"])
    model.transformer.load_state_dict(weights("transformer", "diffusion_pytorch_model"))
    model.llama.load_state_dict(weights("text_encoder", "model"))
    model.clip.load_state_dict(weights("text_encoder_2", "model"))
    spatial = v["spatial_compression_ratio"].bit_length() - 1
    vae = VideoAutoencoder(v["block_out_channels"], v["latent_channels"], v["layers_per_block"], v["norm_num_groups"], spatial)
    vae.load_state_dict(weights("vae", "diffusion_pytorch_model"))
    return model.eval(), vae.eval(), v["scaling_factor"]


class Prompts:
    """Prompts within the template, as ids; the words of the language only."""

    def __init__(self):
        self.llama, self.clip = LlamaVocabulary(words()), ClipVocabulary(words())

    def __call__(self, prompts):
        length = self.llama.crop + TEXT
        encoded = [self.llama.encode(p, length) for p in prompts]
        return (
            torch.tensor([ids for ids, _ in encoded]), torch.tensor([mask for _, mask in encoded]),
            torch.tensor([self.clip.encode(p, TEXT) for p in prompts]))


def sample(model, texts, steps=50, **how):
    """Latents [n, channels, 5, 16, 16] of films of 17 frames of 64x64; see rectified_flow.sample."""
    shape = (model.transformer.shape["channels"], (films.FRAMES - 1) // 4 + 1, films.SIZE // 4, films.SIZE // 4)
    return rectified_flow.sample(model, Prompts(), texts, shape, rectified_flow.sigmas(steps, SHIFT), **how)
