"""Writes emoji-film in the directory layout of diffusers' HunyuanVideoPipeline, in 16 bit.

usage: export_film.py WORK_DIR OUT_DIR
Reads WORK_DIR/film-vae.ck, film.ck and film-distilled.ck; without the last one the network knows no guidance scale but 1.
"""
import json
import sys
from pathlib import Path

import film
import films
import rectified_flow
import train_film
from export_flux import weights
from vocabulary import ClipVocabulary, LlamaVocabulary


def main():
    work, out = Path(sys.argv[1]), Path(sys.argv[2])
    model, vae, _, scaling = rectified_flow.load(train_film.recipe(), work)
    llama, clip = LlamaVocabulary(film.words()), ClipVocabulary(film.words())
    weights(out / "transformer", "diffusion_pytorch_model", model.transformer, model.transformer.config())
    weights(out / "text_encoder", "model", model.llama, model.llama.config(film.TEXT, llama))
    weights(out / "text_encoder_2", "model", model.clip, model.clip.config())
    weights(out / "vae", "diffusion_pytorch_model", vae, vae.config(scaling))
    llama.write(out / "tokenizer")
    clip.write(out / "tokenizer_2", film.TEXT)
    (out / "scheduler").mkdir(exist_ok=True)
    scheduler = {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": film.SHIFT, "use_dynamic_shifting": False}
    (out / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler, indent=2) + "\n")
    index = {
        "_class_name": "HunyuanVideoPipeline", "clusca_guidance": 3.5, "clusca_size": [films.SIZE, films.SIZE, films.FRAMES],
        "prompt_template": {"template": film.TEMPLATE, "crop_start": llama.crop},
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["transformers", "LlamaModel"],
        "text_encoder_2": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "LlamaTokenizerFast"],
        "tokenizer_2": ["transformers", "CLIPTokenizer"], "transformer": ["diffusers", "HunyuanVideoTransformer3DModel"],
        "vae": ["diffusers", "AutoencoderKLHunyuanVideo"]}
    (out / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    print(f"{sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
