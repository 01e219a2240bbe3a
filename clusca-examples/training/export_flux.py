"""Writes emoji-flux in the directory layout of diffusers' FluxPipeline, in 16 bit.

usage: export_flux.py WORK_DIR OUT_DIR
Reads WORK_DIR/flux-vae.ck, flux.ck and flux-distilled.ck; without the last one the network knows no guidance scale but 1.
"""
import json
import sys
from pathlib import Path

from safetensors.torch import save_file

import flux
import rectified_flow
import scenes
import train_flux
from vocabulary import ClipVocabulary, T5Vocabulary


def weights(folder, name, module, config):
    folder.mkdir(parents=True, exist_ok=True)
    state = {k: v.half().contiguous() for k, v in module.state_dict().items()}
    save_file(state, folder / f"{name}.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def main():
    work, out = Path(sys.argv[1]), Path(sys.argv[2])
    model, vae, shift, scaling = rectified_flow.load(train_flux.recipe(), work)
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
