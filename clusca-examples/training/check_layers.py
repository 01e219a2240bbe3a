"""Compares the layers of emoji-flux with the numbers of diffusers and transformers that the tests of the Java side are held to.

usage: check_layers.py
"""
from pathlib import Path

import torch
from safetensors.torch import load_file

import encoders
import flux
from autoencoder import Autoencoder

GOLDEN = Path(__file__).parents[2] / "clusca-models-flux/src/test/resources/golden/flux"
BESIDE = Path(__file__).parents[2] / "clusca-core/src/test/resources/golden/flux"


def loaded(module, folder):
    state = {}
    for file in (GOLDEN / "pipeline" / folder).glob("*.safetensors"):
        state.update(load_file(file))
    module.load_state_dict(state)
    return module.eval()


def compare(name, ours, golden):
    error = ((ours - golden).norm() / golden.norm()).item()
    print(f"{name:24s}{error:.1e}")
    assert error < 1e-5, name


@torch.no_grad()
def main():
    tokens, texts = load_file(GOLDEN / "tokens.safetensors"), load_file(GOLDEN / "text_encoders.safetensors")
    t5 = loaded(encoders.T5(384, 32, 4, 2, 48), "text_encoder_2")
    compare("T5", t5(tokens["t5_ids"]), texts["t5_last"])
    compare("T5, a long text", t5(texts["t5_long_ids"]), texts["t5_long_last"])
    clip = loaded(encoders.Clip(1514, 1513, 77, 32, 4, 2, 64), "text_encoder")
    compare("CLIP", clip(tokens["clip_ids"]), texts["clip_pooled"])
    vae, pictures = loaded(Autoencoder((8, 8, 12, 12), 16, 1, 4), "vae"), load_file(BESIDE / "vae.safetensors")
    compare("autoencoder, decoded", vae.decode(pictures["latent"]), pictures["decoded"])
    mean, logvar = vae.encode(pictures["image"])
    compare("autoencoder, mean", mean, pictures["encoded_mean"])
    compare("autoencoder, logvar", logvar, pictures["encoded_logvar"])
    run = load_file(GOLDEN / "transformer.safetensors")
    transformer = loaded(flux.Transformer(16, 32, 2, 2, 3, 32, (4, 6, 6)), "transformer")
    out = transformer(run["latent_unpacked"], run["encoder_hidden_states"], run["pooled"], run["timestep"] * 1000, run["guidance"] * 1000)
    n, c, h, w = out.shape
    packed = out.view(n, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(n, h * w // 4, 4 * c)
    compare("transformer", packed, run["output"])


if __name__ == "__main__":
    main()
