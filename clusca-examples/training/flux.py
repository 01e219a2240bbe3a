"""emoji-flux: the transformer of FLUX, small, with its text encoders, trained together."""
import json

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

import rectified_flow
import scenes
from autoencoder import Autoencoder
from dual_stream import DoubleBlock, Modulation, SingleBlock, TimeTextEmbedding, initialise, modulated, rotary
from encoders import Clip, T5
from vocabulary import ClipVocabulary, T5Vocabulary

TEXT = 28  # tokens of a prompt, the longest phrase of the language and a few more
SHIFT = 1.5  # how far sampling stays at the noisy end, as the scheduler's configuration says it


def words():
    """Every word of the language of scenes."""
    found = set("a an and two three four on in at to the left right top bottom above over below under of next style background".split())
    for names in scenes.NAMES.values():
        for name in names:
            singular, _, plural = name.partition("/")
            found |= set(singular.split()) | set((plural or singular + "s").split())
    for name in scenes.DESIGNS.values():
        found |= set(name.split())
    return found | set(scenes.BACKGROUNDS)


class Transformer(nn.Module):
    """FluxTransformer2DModel: latent [n, channels, h, w], states [n, text, inner], pooled [n, inner], timestep and guidance [n] ->
    the velocity from picture to noise, of the latent's shape. Timesteps are 0 to 1000, guidance is the scale times 1000."""

    def __init__(self, channels=8, width=192, heads=6, doubles=2, singles=6, text=128, axes=(4, 14, 14)):
        super().__init__()
        self.shape = dict(channels=channels, width=width, heads=heads, doubles=doubles, singles=singles, text=text, axes=tuple(axes))
        self.time_text_embed = TimeTextEmbedding(text, width)
        self.x_embedder, self.context_embedder = nn.Linear(4 * channels, width), nn.Linear(text, width)
        self.transformer_blocks = nn.ModuleList(DoubleBlock(width, heads) for _ in range(doubles))
        self.single_transformer_blocks = nn.ModuleList(SingleBlock(width, heads) for _ in range(singles))
        self.norm_out, self.proj_out = Modulation(width, 2), nn.Linear(width, 4 * channels)
        initialise(self)

    def forward(self, x, states, pooled, timestep, guidance):
        n, c, h, w = x.shape
        m = states.shape[1]
        cos, sin = (table.to(x.device) for table in rotary(self.shape["axes"], (1, h // 2, w // 2), 10000, before=m))
        condition = F.silu(self.time_text_embed(timestep, guidance, pooled))
        image = x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(n, h * w // 4, 4 * c)
        image, text = self.x_embedder(image), self.context_embedder(states)
        for block in self.transformer_blocks:
            image, text = block(image, text, condition, (cos[m:], sin[m:]), (cos[:m], sin[:m]), image_first=False)
        joint = torch.cat([text, image], 1)
        for block in self.single_transformer_blocks:
            joint = block(joint, condition, (cos, sin))
        scale, shift = self.norm_out(condition)
        out = self.proj_out(modulated(joint[:, m:], shift, scale))
        return out.view(n, h // 2, w // 2, c, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(x.shape)

    def config(self):
        s = self.shape
        return {
            "_class_name": "FluxTransformer2DModel", "attention_head_dim": s["width"] // s["heads"], "num_attention_heads": s["heads"],
            "axes_dims_rope": list(s["axes"]), "guidance_embeds": True, "in_channels": 4 * s["channels"], "out_channels": None,
            "joint_attention_dim": s["text"], "pooled_projection_dim": s["text"], "num_layers": s["doubles"],
            "num_single_layers": s["singles"], "patch_size": 1}


class Flux(nn.Module):
    """Everything that is trained together: `ids` are [n, TEXT] of T5 and of CLIP."""

    def __init__(self, **shape):
        super().__init__()
        self.transformer = Transformer(**shape)
        t5, clip = T5Vocabulary(words()), ClipVocabulary(words())
        width = self.transformer.shape["text"]
        self.t5, self.clip = T5(len(t5), width), Clip(len(clip), clip.end, TEXT, width)

    def texts(self, t5_ids, clip_ids):
        return self.t5(t5_ids), self.clip(clip_ids)

    def forward(self, x, t5_ids, clip_ids, timestep, guidance):
        return self.transformer(x, *self.texts(t5_ids, clip_ids), timestep, guidance)


def opened(folder):
    """What export_flux.py wrote: the network, the autoencoder, and the shift and scaling between its latents and the network's."""

    def weights(part, name):
        return {k: v.float() for k, v in load_file(folder / part / f"{name}.safetensors").items()}

    t, v = (json.loads((folder / part / "config.json").read_text()) for part in ("transformer", "vae"))
    model = Flux(
        channels=t["in_channels"] // 4, width=t["attention_head_dim"] * t["num_attention_heads"], heads=t["num_attention_heads"],
        doubles=t["num_layers"], singles=t["num_single_layers"], text=t["joint_attention_dim"], axes=t["axes_dims_rope"])
    model.transformer.load_state_dict(weights("transformer", "diffusion_pytorch_model"))
    model.t5.load_state_dict(weights("text_encoder_2", "model"))
    model.clip.load_state_dict(weights("text_encoder", "model"))
    vae = Autoencoder(v["block_out_channels"], v["latent_channels"], v["layers_per_block"], v["norm_num_groups"])
    vae.load_state_dict(weights("vae", "diffusion_pytorch_model"))
    return model.eval(), vae.eval(), v["shift_factor"], v["scaling_factor"]


class Prompts:
    """Prompts as ids; the words of the language only."""

    def __init__(self):
        self.t5, self.clip = T5Vocabulary(words()), ClipVocabulary(words())

    def __call__(self, prompts):
        return torch.tensor([self.t5.encode(p, TEXT) for p in prompts]), torch.tensor([self.clip.encode(p, TEXT) for p in prompts])


def sample(model, texts, steps=50, **how):
    """Latents [n, channels, 16, 16] of pictures of 64x64; see rectified_flow.sample."""
    side = scenes.SIZE // 4
    shape = (model.transformer.shape["channels"], side, side)
    return rectified_flow.sample(model, Prompts(), texts, shape, rectified_flow.sigmas(steps, SHIFT), **how)
