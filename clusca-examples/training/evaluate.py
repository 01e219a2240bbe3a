"""Judges a trained network by its samples: right class, Frechet distance, diversity, and a sheet of all classes.

usage: evaluate.py WORK_DIR [--samples 20]

Everything is measured on latents averaged over 4x4 cells, 256 numbers a picture: coarse enough that a shift by a pixel hardly
counts, fine enough that the designs of one class stay apart. Reference: the augmented training latents.
- right class: share of samples whose nearest training latent (Euclidean) has their class
- Frechet distance: between Gaussians fitted to samples and training latents in that space
- diversity: mean pairwise distance within a class, against the same of the training latents
"""
import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from PIL import Image

from model import DiT, sample


def features(latents):
    return F.avg_pool2d(latents.float(), 4).flatten(1)


def frechet(a, b):
    mean = (a.mean(0) - b.mean(0)).square().sum()
    ca, cb = torch.cov(a.T.double()), torch.cov(b.T.double())
    product = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return (mean + ca.trace() + cb.trace() - 2 * product).item()


def spread(x, labels, classes):
    values = []
    for c in range(classes):
        own = x[labels == c]
        distances = torch.cdist(own, own)
        n = len(own)
        values.append(distances.sum() / (n * (n - 1)))
    return torch.stack(values).mean().item()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--samples", type=int, default=20, help="of each class")
    options = arguments.parse_args()
    checkpoint = torch.load(options.work / "fine.ck", weights_only=False, map_location="cpu")
    model = DiT(**checkpoint["shape"], patch=2).eval()
    model.load_state_dict(checkpoint["ema"])
    latents, labels = torch.load(options.work / "latents.pt")
    training = features(latents * checkpoint["scaling"])
    classes = torch.arange(model.classes).repeat(options.samples)
    samples = torch.cat([sample(model, part, 50, 3.0, seed) for seed, part in enumerate(classes.split(50))])
    drawn = features(samples)
    nearest = labels[torch.cdist(drawn, training).argmin(1)]
    print(f"right class          {(nearest == classes).float().mean().item():.3f}")
    print(f"Frechet distance     {frechet(drawn, training):.3f}")
    print(f"diversity            {spread(drawn, classes, model.classes) / spread(training[::4], labels[::4], model.classes):.3f}")
    vae = AutoencoderKL.from_pretrained(options.work / "vae").eval()
    with torch.no_grad():
        pictures = vae.decode(samples[: 2 * model.classes] / checkpoint["scaling"]).sample.clamp(-1, 1)
    pictures = ((pictures + 1) * 127.5).round().byte().view(10, 10, 3, 64, 64).permute(0, 3, 1, 4, 2).reshape(640, 640, 3)
    Image.fromarray(pictures.numpy()).save(options.work / "classes.png")


if __name__ == "__main__":
    main()
