"""Trains emoji-flux on latents of scenes; resumes from its checkpoint by itself.

usage: train_flux.py WORK_DIR [--samples N] [--cooldown N] [--distil] ...
WORK_DIR holds flux-vae.ck (see train_autoencoder.py); flux-latents/, flux.ck, flux.csv and flux.png are written there, with --distil
flux-distilled.ck, .csv and .png.
"""
import torch
from PIL import Image

import flux
import rectified_flow
import scenes
from autoencoder import Autoencoder

SHOWN = [
    "a cat on the left and a sun on the right", "a red apple", "two stars", "a rocket above a house", "a penguin", "three balloons",
    "a dog on a blue background", "a tree left of a car", "a pizza in twemoji style", "four frogs",
    "a moon over a boat on a black background", "a robot", "a heart and a butterfly", "a whale below a rainbow",
    "an owl in old noto style", "a face with sunglasses"]


def show(model, vae, shift, scaling, path, **how):
    """The prompts of SHOWN, four in a row."""
    drawn = flux.sample(model, SHOWN, steps=25, **how)
    with torch.no_grad():
        pictures = vae.decode(drawn / scaling + shift).clamp(-1, 1).cpu()
    sheet = ((pictures + 1) * 127.5).round().byte().view(4, 4, 3, scenes.SIZE, scenes.SIZE).permute(0, 3, 1, 4, 2)
    Image.fromarray(sheet.reshape(4 * scenes.SIZE, 4 * scenes.SIZE, 3).numpy()).save(path)


def recipe(emoji=None):
    pictures = scenes.Pictures(emoji) if emoji else None
    return rectified_flow.Recipe("flux", pictures, scenes.batch, scenes.phrase, flux.Prompts(), Autoencoder, flux.Flux, show)


if __name__ == "__main__":
    rectified_flow.main(__doc__, recipe)
