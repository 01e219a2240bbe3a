"""Trains emoji-film on latents of clips; resumes from its checkpoint by itself.

usage: train_film.py WORK_DIR [--samples N] [--cooldown N] [--distil] ...
WORK_DIR holds film-vae.ck (see train_autoencoder.py); film-latents/, film.ck, film.csv and film.png are written there, with --distil
film-distilled.ck, .csv and .png.
"""
import torch
from PIL import Image

import film
import films
import rectified_flow
import scenes
from video_autoencoder import VideoAutoencoder

SHOWN = [
    "a car moving right", "a rocket moving up", "a red apple falling", "a star spinning",
    "a balloon growing", "a cat moving left and a dog moving right", "a fish moving left on a blue background", "a sun sinking"]


def strip(clips, path, every=2):
    """A row of frames for each clip."""
    frames = ((clips[:, :, ::every] + 1) * 127.5).round().byte().permute(0, 3, 2, 4, 1)
    n, height, count, width, _ = frames.shape
    Image.fromarray(frames.reshape(n * height, count * width, 3).numpy()).save(path)


def show(model, vae, shift, scaling, path, **how):
    drawn = film.sample(model, SHOWN, steps=25, **how)
    with torch.no_grad():
        strip(vae.decode(drawn / scaling + shift).clamp(-1, 1).cpu(), path)


def recipe(emoji=None):
    pictures = scenes.Pictures(emoji) if emoji else None
    return rectified_flow.Recipe(
        "film", pictures, films.batch, films.phrase, film.Prompts(), VideoAutoencoder, film.Film, show, shard=128, part=16, shifted=False)


if __name__ == "__main__":
    rectified_flow.main(__doc__, recipe, batch=32, samples=1_000_000, shards=512)
