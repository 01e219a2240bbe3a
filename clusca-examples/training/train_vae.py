"""Trains the autoencoder on augmented pictures; resumes from its checkpoint by itself.

usage: train_vae.py WORK_DIR [--until MINUTES]
WORK_DIR/vae is written in the diffusers layout, WORK_DIR/vae.ck is the checkpoint.
"""
import argparse
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

import checkpoint
import data

RATE = 1.5e-3
BATCH = 16


def build():
    """0.66 M parameters, 64x64 pictures to 32x32 latents of 4 channels."""
    return AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, layers_per_block=1, norm_num_groups=8, sample_size=64,
        block_out_channels=(32, 64), down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2)


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction(drawn, x):
    """Absolute and squared differences of the picture, and of its edges, which a squared error alone blurs."""
    gradients = sum(F.l1_loss(a, b) for a, b in zip(edges(drawn), edges(x)))
    return F.l1_loss(drawn, x) + F.mse_loss(drawn, x) + 0.5 * gradients


def psnr(vae, pictures, device, seed=99):
    """Of augmentations that the training did not see, in dB; latents are the posterior's means."""
    generator = torch.Generator().manual_seed(seed)
    squared, count = 0.0, 0
    with torch.no_grad():
        for part in data.augment(pictures, generator).split(50):
            part = part.to(device)
            drawn = vae.decode(vae.encode(part).latent_dist.mean).sample.clamp(-1, 1)
            squared += ((drawn - part) ** 2).sum().item()
            count += part.numel()
    return 10 * math.log10(4 / (squared / count))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--until", type=float, default=90, help="minutes of training in all, earlier calls counted in")
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(2)
    torch.manual_seed(0)
    pictures, _ = data.load()
    vae = build().to(device, memory_format=torch.channels_last)
    optim = torch.optim.AdamW(vae.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.99))
    path = options.work / "vae.ck"
    step, seconds = 0, 0.0
    if path.exists():
        state = checkpoint.load(path)
        vae.load_state_dict(state["vae"])
        optim.load_state_dict(state["optim"])
        step, seconds = state["step"], state["seconds"]
        print("resumed at step", step, flush=True)
    generator = torch.Generator().manual_seed(1 + step)
    budget, saved = options.until * 60, time.time()
    while seconds < budget:
        tick = time.time()
        # the rate falls to zero over the whole budget; the weight of the prior falls with it: first a smooth latent space,
        # then sharp pictures
        share = seconds / budget
        fall = 0.5 * (1 + math.cos(math.pi * share))
        for group in optim.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * fall + 1e-5
        x = data.augment(pictures[torch.randint(0, len(pictures), (BATCH,), generator=generator)], generator).to(device, memory_format=torch.channels_last)
        posterior = vae.encode(x).latent_dist
        z = posterior.sample()
        prior = posterior.kl().mean() / z[0].numel()
        drawn = vae.decode(z).sample
        loss = reconstruction(drawn, x) + (2e-3 if share < 0.5 else 2e-4) * prior
        optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optim.step()
        step += 1
        seconds += min(time.time() - tick, 20)
        if step % 50 == 0:
            line = f"{step},{step * BATCH},{seconds:.0f},{loss.item():.5f},{F.mse_loss(drawn, x).item():.6f}"
            with open(options.work / "vae-loss.csv", "a") as log:
                print(line, file=log)
        if time.time() - saved > 120 or seconds >= budget:
            saved = time.time()
            vae.save_pretrained(options.work / "vae")
            checkpoint.save(path, vae=vae.state_dict(), optim=optim.state_dict(), step=step, seconds=seconds)
    print(f"{step} steps, {seconds / 60:.0f} minutes, {psnr(vae.eval(), pictures, device):.2f} dB on unseen augmentations", flush=True)


if __name__ == "__main__":
    main()
