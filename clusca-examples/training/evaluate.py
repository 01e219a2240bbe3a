"""Judges the files that ship by their samples: right class, Frechet distance, diversity, the autoencoder, a sheet of all classes.

usage: evaluate.py MODEL_DIR [--samples 20] [--sheet classes.png]
MODEL_DIR is what export.py writes, in the diffusers layout. Samples: 50 DDIM steps, guidance 3, fixed seeds.

- right class: share of samples whose nearest training latent (Euclidean, all 4x32x32 numbers) has their class; the training latents
  are the autoencoder's means of 16 augmentations of every picture
- diversity: mean pairwise distance of latents within a class, against the same of the training latents
- Frechet distance: between Gaussians fitted to the samples' and to the training pictures' features: latents averaged over 4x4
  cells, 256 numbers. Coarse enough that a shift by a pixel hardly counts, fine enough that the designs of a class stay apart.
  The same distance of as many training pictures to the others says what a perfect model would get.
- autoencoder: PSNR on augmentations that no training saw
"""
import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DiTTransformer2DModel
from tqdm import tqdm

import data
import sheet
from model import sample
from train_vae import psnr


def features(latents):
    return F.avg_pool2d(latents, 4).flatten(1)


def frechet(a, b):
    mean = (a.mean(0) - b.mean(0)).square().sum()
    ca, cb = torch.cov(a.T.double()), torch.cov(b.T.double())
    product = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return (mean + ca.trace() + cb.trace() - 2 * product).item()


def spread(latents, labels, classes):
    """Mean distance of two different members of a class, averaged over the classes."""
    values = []
    for c in range(classes):
        own = latents[labels == c].flatten(1)
        values.append(torch.cdist(own, own).sum() / (len(own) * (len(own) - 1)))
    return torch.stack(values).mean().item()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--samples", type=int, default=20, help="of each class")
    arguments.add_argument("--sheet", type=Path, help="a picture to write: two samples of each class")
    options = arguments.parse_args()
    if options.samples < 2:
        arguments.error(f"--samples: diversity is a distance of two samples, at least 2 are needed, found {options.samples}")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    vae = AutoencoderKL.from_pretrained(options.model / "vae", torch_dtype=torch.float32).to(device).eval()
    transformer = DiTTransformer2DModel.from_pretrained(options.model / "transformer", torch_dtype=torch.float32).to(device).eval()
    transformer = torch.compile(transformer)
    count = len(data.CLASSES)
    classes = torch.arange(count).repeat(options.samples)
    drawn = torch.cat([sample(transformer, part, 50, 3.0, seed) for seed, part in enumerate(tqdm(classes.split(50), "samples", leave=False))])
    classes = classes.to(device)
    training, labels = data.latents(vae, 16, device)
    training, labels = training.to(device) * vae.config.scaling_factor, labels.to(device)

    nearest = labels[torch.cdist(drawn.flatten(1), training.flatten(1)).argmin(1)]
    right = nearest == classes
    print(f"right class          {right.float().mean().item():.3f}")
    wrong = [f"{data.CLASSES[c]} {(~right[classes == c]).sum().item()}" for c in range(count) if not right[classes == c].all()]
    print(f"  wrong, of {options.samples} each   {', '.join(wrong) or 'none'}")
    print(f"diversity            {spread(drawn, classes, count) / spread(training, labels, count):.3f}")
    shuffled = training[torch.randperm(len(training), generator=torch.Generator().manual_seed(0)).to(device)]
    bound = frechet(features(shuffled[: len(drawn)]), features(shuffled[len(drawn) :]))
    print(f"Frechet distance     {frechet(features(drawn), features(training)):.3f} (training pictures among themselves {bound:.3f})")
    print(f"autoencoder          {psnr(vae, data.load()[0], device):.2f} dB")
    if options.sheet:
        sheet.write(vae, drawn[: 2 * count], vae.config.scaling_factor, options.sheet)


if __name__ == "__main__":
    main()
