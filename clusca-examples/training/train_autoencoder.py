"""Trains the autoencoder of emoji-flux on scenes or that of emoji-film on clips; resumes from its checkpoint by itself.

usage: train_autoencoder.py WORK_DIR flux|film [--steps N] [--start VAE_DIR]
WORK_DIR/NAME-vae.ck is the checkpoint, NAME-vae.csv the loss, NAME-vae.png shows what goes in and what comes back. VAE_DIR is the
autoencoder of the embedded DiT (by default the one that ships): its levels of full and half resolution are those of emoji-flux, whose
autoencoder starts from them.
"""
import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

import checkpoint
import films
import scenes
from autoencoder import Autoencoder
from video_autoencoder import VideoAutoencoder

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "clusca-embedded-emoji/src/main/resources/META-INF/clusca/embedded/emoji/vae"
RATE = 2e-3


@dataclass
class Kind:
    model: Callable
    batch: Callable
    size: int
    steps: int


KINDS = {"flux": Kind(Autoencoder, scenes.batch, 8, 1600), "film": Kind(VideoAutoencoder, films.batch, 2, 6000)}


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction(drawn, x):
    """Absolute and squared differences of the picture, and of its edges, which a squared error alone blurs."""
    gradients = sum(F.l1_loss(a, b) for a, b in zip(edges(drawn), edges(x)))
    return F.l1_loss(drawn, x) + F.mse_loss(drawn, x) + 0.5 * gradients


@torch.no_grad()
def passed(vae, x, device, part=8):
    """What comes back; latents are the posterior's means."""
    return torch.cat([vae.decode(vae.encode(p.to(device))[0]).clamp(-1, 1).cpu() for p in x.split(part)])


def psnr(vae, kind, pictures, device, seed=99):
    """Of scenes or clips that the training did not see, in dB."""
    _, x = kind.batch(pictures, 25 * kind.size, seed)
    return 10 * math.log10(4 / (passed(vae, x, device) - x).square().mean().item())


def show(vae, kind, pictures, path, device, n=16, seed=98):
    """Above what goes in, below what comes back: of clips the middle frame."""
    _, x = kind.batch(pictures, n, seed)
    rows = torch.stack([x, passed(vae, x, device)])
    rows = rows[:, :, :, rows.shape[3] // 2] if rows.ndim == 6 else rows
    sheet = ((rows + 1) * 127.5).round().byte().permute(0, 3, 1, 4, 2)
    Image.fromarray(sheet.reshape(2 * scenes.SIZE, n * scenes.SIZE, 3).numpy()).save(path)


def start(vae, folder):
    """Takes over what an autoencoder of two levels, 32 and 64 channels wide, knows of full and half resolution."""
    known, own = load_file(folder / "diffusion_pytorch_model.safetensors"), vae.state_dict()
    here = {"decoder.up_blocks.1": "decoder.up_blocks.2", "decoder.up_blocks.0": "decoder.up_blocks.1"}
    for name, value in known.items():
        if name.startswith("decoder.up_blocks"):
            name = here[name[:19]] + name[19:]
        if name in own and own[name].shape == value.shape:
            own[name] = value.float()
    vae.load_state_dict(own)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("name", choices=KINDS)
    arguments.add_argument("--emoji", type=Path, default=HERE / "emoji", help="folder of classes.json and png/")
    arguments.add_argument("--steps", type=int, help="in all, earlier calls counted in")
    arguments.add_argument("--start", type=Path, default=SHIPPED)
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    kind, name = KINDS[options.name], options.name
    steps = options.steps or kind.steps
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    pictures = scenes.Pictures(options.emoji)
    vae = kind.model().to(device)
    optim = torch.optim.AdamW(vae.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.99))
    path = options.work / f"{name}-vae.ck"
    step, seconds = 0, 0.0
    if path.exists():
        state = checkpoint.load(path)
        vae.load_state_dict(state["vae"])
        optim.load_state_dict(state["optim"])
        step, seconds = state["step"], state["seconds"]
        print("resumed at step", step, flush=True)
    elif name == "flux":
        start(vae, options.start)
    saved = time.time()
    while step < steps:
        tick = time.time()
        # the rate falls to zero over all steps; the weight of the prior falls with it: first a smooth latent space, then sharp pictures
        share = step / steps
        fall = 0.5 * (1 + math.cos(math.pi * share))
        for group in optim.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * fall + 1e-5
        _, x = kind.batch(pictures, kind.size, 1000 + step)
        x = x.to(device)
        with torch.autocast(device, torch.bfloat16):
            mean, logvar = vae.encode(x)
            drawn = vae.decode(mean + torch.randn_like(mean) * (logvar / 2).exp())
        prior = 0.5 * (mean**2 + logvar.exp() - 1 - logvar).mean()
        loss = reconstruction(drawn, x) + (4e-3 if share < 0.5 else 4e-4) * prior
        optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optim.step()
        step += 1
        # a machine that slept or a process that was stopped for a timing does not count as training
        seconds += min(time.time() - tick, 20)
        if step % 50 == 0:
            with open(options.work / f"{name}-vae.csv", "a") as log:
                print(f"{step},{step * kind.size},{seconds:.0f},{loss.item():.5f},{F.mse_loss(drawn, x).item():.6f}", file=log)
        if time.time() - saved > 120 or step == steps:
            saved = time.time()
            checkpoint.save(path, vae=vae.state_dict(), optim=optim.state_dict(), shape=vae.shape, step=step, seconds=seconds)
            show(vae, kind, pictures, options.work / f"{name}-vae.png", device)
    print(f"{step} steps, {seconds / 60:.0f} minutes, {psnr(vae, kind, pictures, device):.2f} dB unseen", flush=True)


if __name__ == "__main__":
    main()
