"""Writes emoji-flux in the directory layout of diffusers' FluxPipeline, in 16 bit.

usage: export_flux.py WORK_DIR OUT_DIR
Reads WORK_DIR/flux-vae.ck, flux.ck and flux-distilled.ck; without the last one the network knows no guidance scale but 1.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import checkpoint
import flux
import scenes
from autoencoder import Autoencoder
from vocabulary import ClipVocabulary, T5Vocabulary


def weights(folder, name, module, config):
    folder.mkdir(parents=True, exist_ok=True)
    state = {k: v.half().contiguous() for k, v in module.state_dict().items()}
    save_file(state, folder / f"{name}.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def load(work):
    """The network, the autoencoder, and the shift and scaling between latents and what the network sees."""
    saved, trained = checkpoint.load(work / "flux.ck"), checkpoint.load(work / "flux-vae.ck")
    model, vae = flux.Flux(**saved["shape"]), Autoencoder(**trained["shape"])
    model.load_state_dict(saved["ema"])
    vae.load_state_dict(trained["vae"])
    if (work / "flux-distilled.ck").exists():
        model.transformer.load_state_dict(checkpoint.load(work / "flux-distilled.ck")["model"])
    return model.eval(), vae.eval(), *saved["normalisation"]


def main():
    work, out = Path(sys.argv[1]), Path(sys.argv[2])
    model, vae, shift, scaling = load(work)
    weights(out / "transformer", "diffusion_pytorch_model", model.transformer, model.transformer.config())
    weights(out / "text_encoder", "model", model.clip, model.clip.config())
    weights(out / "text_encoder_2", "model", model.t5, model.t5.config())
    weights(out / "vae", "diffusion_pytorch_model", vae, vae.config(scaling, shift, scenes.SIZE))
    ClipVocabulary(flux.words()).write(out / "tokenizer", flux.TEXT)
    T5Vocabulary(flux.words()).write(out / "tokenizer_2", flux.TEXT)
    (out / "scheduler").mkdir(exist_ok=True)
    scheduler = {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": flux.SHIFT, "use_dynamic_shifting": False}
    (out / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler, indent=2) + "\n")
    index = {
        "_class_name": "FluxPipeline", "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"], "text_encoder_2": ["transformers", "T5EncoderModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "tokenizer_2": ["transformers", "T5TokenizerFast"],
        "transformer": ["diffusers", "FluxTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"]}
    (out / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    print(f"{sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
