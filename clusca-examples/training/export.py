"""Writes a trained network in the diffusers layout, after checking that diffusers computes the same with it.

usage: export.py WORK_DIR OUT_DIR   (reads WORK_DIR/fine.ck and WORK_DIR/vae)
"""
import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, DiTTransformer2DModel

import checkpoint
import data
from model import CHANNELS, CLASSES, SIZE, DiT


def convert(model):
    """The network under diffusers' names; diffusers keeps a copy of the embedders in every block."""
    heads = model.blocks[0].heads
    result = DiTTransformer2DModel(
        num_attention_heads=heads, attention_head_dim=model.width // heads, in_channels=CHANNELS,
        out_channels=CHANNELS, num_layers=len(model.blocks), sample_size=SIZE, patch_size=model.patch,
        activation_fn="gelu-approximate", num_embeds_ada_norm=CLASSES, attention_bias=True,
        norm_type="ada_norm_zero", norm_elementwise_affine=False, norm_eps=1e-6)
    state = {}

    def put(name, layer, rows=slice(None)):
        state[name + ".weight"] = layer.weight.data[rows].clone()
        state[name + ".bias"] = layer.bias.data[rows].clone()

    put("pos_embed.proj", model.embed)
    for i, block in enumerate(model.blocks):
        prefix = f"transformer_blocks.{i}."
        put(prefix + "norm1.emb.timestep_embedder.linear_1", model.time1)
        put(prefix + "norm1.emb.timestep_embedder.linear_2", model.time2)
        state[prefix + "norm1.emb.class_embedder.embedding_table.weight"] = model.label.weight.data.clone()
        put(prefix + "norm1.linear", block.modulation)
        for part, name in enumerate(("to_q", "to_k", "to_v")):
            put(prefix + "attn1." + name, block.qkv, slice(part * model.width, (part + 1) * model.width))
        put(prefix + "attn1.to_out.0", block.out)
        put(prefix + "ff.net.0.proj", block.fc1)
        put(prefix + "ff.net.2", block.fc2)
    put("proj_out_1", model.final_modulation)
    put("proj_out_2", model.head)
    own = result.state_dict()
    assert set(own) - set(state) <= {"pos_embed.pos_embed"}, set(own) - set(state)
    result.load_state_dict(state, strict=False)
    return result.eval()


def difference(model, transformer):
    """Relative difference of two networks' outputs, early, in the middle and late in the denoising."""
    x = torch.randn(3, CHANNELS, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    t, y = torch.tensor([3, 500, 990]), torch.tensor([1, 49, CLASSES])
    with torch.no_grad():
        ours, theirs = model(x, t, y), transformer(x, timestep=t, class_labels=y).sample
    return ((ours - theirs).norm() / ours.norm()).item()


def main():
    work, out = Path(sys.argv[1]), Path(sys.argv[2])
    saved = checkpoint.load(work / "fine.ck")
    model = DiT(**saved["shape"], patch=2).eval()
    model.load_state_dict(saved["ema"])
    transformer = convert(model)
    error = difference(model, transformer)
    assert error < 1e-5, f"diffusers computes something else: relative error {error}"
    transformer.half().save_pretrained(out / "transformer")
    rounding = difference(model, transformer.float())
    vae = AutoencoderKL.from_pretrained(work / "vae")
    vae.register_to_config(scaling_factor=float(saved["scaling"]))
    vae.half().save_pretrained(out / "vae")
    config = json.loads((out / "vae" / "config.json").read_text())
    config.pop("_name_or_path", None)  # where it was on this machine is nobody's business
    (out / "vae" / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    DDIMScheduler(
        num_train_timesteps=1000, beta_start=1e-4, beta_end=0.02, beta_schedule="linear", clip_sample=False,
        set_alpha_to_one=True, prediction_type="v_prediction", timestep_spacing="linspace").save_pretrained(out / "scheduler")
    index = {
        "_class_name": "DiTPipeline", "_diffusers_version": "0.40.0", "clusca_guidance": 3.0,
        "id2label": {str(i): name for i, name in enumerate(data.CLASSES)},
        "scheduler": ["diffusers", "DDIMScheduler"],
        "transformer": ["diffusers", "DiTTransformer2DModel"],
        "vae": ["diffusers", "AutoencoderKL"]}
    (out / "model_index.json").write_text(json.dumps(index, indent=1))
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{saved['step']} steps, {saved['seconds'] / 3600:.2f} h; relative difference to diffusers {error:.1e}, by 16-bit weights "
          f"{rounding:.1e}; {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
