"""Compares the layers of emoji-flux and emoji-film with the numbers of diffusers and transformers that the tests of the Java side are held to.

usage: check_layers.py
"""
from pathlib import Path

import torch
from safetensors.torch import load_file

import encoders
import film
import flux
from autoencoder import Autoencoder
from video_autoencoder import VideoAutoencoder

ROOT = Path(__file__).parents[2]
CORE = ROOT / "clusca-core/src/test/resources/golden"
FLUX = ROOT / "clusca-models-flux/src/test/resources/golden/flux"
HUNYUAN = ROOT / "clusca-models-hunyuan/src/test/resources/golden/hunyuan"


def loaded(module, folder):
    state = {}
    for file in folder.glob("*.safetensors"):
        state.update(load_file(file))
    module.load_state_dict(state)
    return module.eval()


def compare(name, ours, golden):
    error = ((ours - golden).norm() / golden.norm()).item()
    print(f"{name:24s}{error:.1e}")
    assert error < 1e-5, name


def check_flux():
    tokens, texts, parts = load_file(FLUX / "tokens.safetensors"), load_file(FLUX / "text_encoders.safetensors"), FLUX / "pipeline"
    t5 = loaded(encoders.T5(384, 32, 4, 2, 48), parts / "text_encoder_2")
    compare("T5", t5(tokens["t5_ids"]), texts["t5_last"])
    compare("T5, a long text", t5(texts["t5_long_ids"]), texts["t5_long_last"])
    clip = loaded(encoders.Clip(1514, 1513, 77, 32, 4, 2, 64), parts / "text_encoder")
    compare("CLIP", clip(tokens["clip_ids"]), texts["clip_pooled"])
    vae, pictures = loaded(Autoencoder((8, 8, 12, 12), 16, 1, 4), parts / "vae"), load_file(CORE / "flux/vae.safetensors")
    compare("autoencoder, decoded", vae.decode(pictures["latent"]), pictures["decoded"])
    mean, logvar = vae.encode(pictures["image"])
    compare("autoencoder, mean", mean, pictures["encoded_mean"])
    compare("autoencoder, logvar", logvar, pictures["encoded_logvar"])
    run = load_file(FLUX / "transformer.safetensors")
    transformer = loaded(flux.Transformer(16, 32, 2, 2, 3, 32, (4, 6, 6)), parts / "transformer")
    out = transformer(run["latent_unpacked"], run["encoder_hidden_states"], run["pooled"], run["timestep"] * 1000, run["guidance"] * 1000)
    n, c, h, w = out.shape
    packed = out.view(n, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(n, h * w // 4, 4 * c)
    compare("transformer", packed, run["output"])


def check_film():
    texts, parts = load_file(HUNYUAN / "prompt_encoding.safetensors"), HUNYUAN / "pipeline"
    llama = loaded(encoders.Llama(526, 32, 4, 2, 4, 48, 500000.0), parts / "text_encoder")
    states = llama(texts["llama_ids"], texts["llama_mask"])[:, texts["crop_start"].item() :]
    compare("Llama", states, texts["prompt_embeds"])
    vae = loaded(VideoAutoencoder((8, 8, 12, 12), 16, 1, 4, 3), parts / "vae")
    clips = load_file(CORE / "hunyuan/vae.safetensors")
    compare("video, decoded", vae.decode(clips["latent"]), clips["decoded"])
    compare("video, one frame", vae.decode(clips["latent_1"]), clips["decoded_1"])
    mean, logvar = vae.encode(clips["video"])
    compare("video, mean", mean, clips["encoded_mean"])
    compare("video, logvar", logvar, clips["encoded_logvar"])
    run = load_file(HUNYUAN / "transformer.safetensors")
    transformer = loaded(film.Transformer(16, 32, 2, 2, 2, 2, 32, (4, 6, 6)), parts / "transformer")
    out = transformer(
        run["hidden_states"], run["encoder_hidden_states"], run["encoder_attention_mask"], run["pooled"], run["timestep"], run["guidance"])
    compare("video transformer", out, run["output"])


@torch.no_grad()
def main():
    check_flux()
    check_film()


if __name__ == "__main__":
    main()
