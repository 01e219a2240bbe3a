"""Trains the autoencoder of emoji-flux on scenes; resumes from its checkpoint by itself.

usage: train_flux_vae.py WORK_DIR [--steps 1600] [--start VAE_DIR]
VAE_DIR is the autoencoder of the embedded DiT (by default the one that ships): its levels of full and half resolution are the same,
and a new one starts from them.
WORK_DIR/flux-vae.ck is the checkpoint, WORK_DIR/flux-vae.csv the loss, WORK_DIR/flux-vae.png shows scenes and what comes back.
"""
import argparse
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

import checkpoint
import scenes
from autoencoder import Autoencoder

SHIPPED = Path(__file__).parents[2] / "clusca-embedded-emoji/src/main/resources/META-INF/clusca/embedded/emoji/vae"
RATE = 2e-3
BATCH = 8


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction(drawn, x):
    """Absolute and squared differences of the picture, and of its edges, which a squared error alone blurs."""
    gradients = sum(F.l1_loss(a, b) for a, b in zip(edges(drawn), edges(x)))
    return F.l1_loss(drawn, x) + F.mse_loss(drawn, x) + 0.5 * gradients


def psnr(vae, pictures, device, n=500, seed=99):
    """Of scenes that the training did not see, in dB; latents are the posterior's means."""
    _, x = scenes.batch(pictures, n, seed)
    with torch.no_grad():
        squared = [((vae.decode(vae.encode(part)[0]).clamp(-1, 1) - part) ** 2).mean() for part in x.to(device).split(50)]
    return 10 * math.log10(4 / torch.stack(squared).mean().item())


def show(vae, pictures, path, device, n=16, seed=98):
    _, x = scenes.batch(pictures, n, seed)
    with torch.no_grad():
        rows = torch.stack([x, vae.decode(vae.encode(x.to(device))[0]).clamp(-1, 1).cpu()])
    sheet = ((rows + 1) * 127.5).round().byte().permute(0, 3, 1, 4, 2).reshape(2 * scenes.SIZE, n * scenes.SIZE, 3)
    Image.fromarray(sheet.numpy()).save(path)


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
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji", help="folder of classes.json and png/")
    arguments.add_argument("--steps", type=int, default=1600, help="in all, earlier calls counted in")
    arguments.add_argument("--start", type=Path, default=SHIPPED)
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    pictures = scenes.Pictures(options.emoji)
    vae = Autoencoder().to(device, memory_format=torch.channels_last)
    optim = torch.optim.AdamW(vae.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.99))
    path = options.work / "flux-vae.ck"
    step, seconds = 0, 0.0
    if path.exists():
        state = checkpoint.load(path)
        vae.load_state_dict(state["vae"])
        optim.load_state_dict(state["optim"])
        step, seconds = state["step"], state["seconds"]
        print("resumed at step", step, flush=True)
    else:
        start(vae, options.start)
    saved = time.time()
    while step < options.steps:
        tick = time.time()
        # the rate falls to zero over all steps; the weight of the prior falls with it: first a smooth latent space,
        # then sharp pictures
        share = step / options.steps
        fall = 0.5 * (1 + math.cos(math.pi * share))
        for group in optim.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * fall + 1e-5
        _, x = scenes.batch(pictures, BATCH, 1000 + step)
        x = x.to(device, memory_format=torch.channels_last)
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
            with open(options.work / "flux-vae.csv", "a") as log:
                print(f"{step},{step * BATCH},{seconds:.0f},{loss.item():.5f},{F.mse_loss(drawn, x).item():.6f}", file=log)
        if time.time() - saved > 120 or step == options.steps:
            saved = time.time()
            checkpoint.save(path, vae=vae.state_dict(), optim=optim.state_dict(), shape=vae.shape, step=step, seconds=seconds)
            show(vae, pictures, options.work / "flux-vae.png", device)
    print(f"{step} steps, {seconds / 60:.0f} minutes, {psnr(vae, pictures, device):.2f} dB on unseen scenes", flush=True)


if __name__ == "__main__":
    main()
