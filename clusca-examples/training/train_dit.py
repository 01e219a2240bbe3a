"""Trains the DiT on latents of augmented pictures; resumes from its checkpoint by itself.

usage: train_dit.py WORK_DIR [--patch 4|2] [--minutes M] [--cooldown] ...
WORK_DIR holds vae/ (see train_vae.py); latents.pt, coarse.ck, fine.ck and sheet.png are written there.
"""
import argparse
import os
import time
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from PIL import Image

import data
from model import ALPHAS, DiT, refine, sample


def encode_pool(work, vae, rounds, device):
    """Latents of `rounds` augmentations of every picture, made once: encoding them anew in each step would cost more than the step."""
    path = work / "latents.pt"
    if not path.exists():
        pictures, labels = data.load()
        generator = torch.Generator().manual_seed(7)
        latents = []
        with torch.no_grad():
            for _ in range(rounds):
                x = data.augment(pictures, generator)
                for part in x.split(50):
                    latents.append(vae.encode(part.to(device)).latent_dist.mean.half().cpu())
        torch.save((torch.cat(latents), labels.repeat(rounds)), path)
    return torch.load(path)


def save(path, **what):
    """Written beside and then moved, so that a stop in the middle leaves the old checkpoint."""
    torch.save(what, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def sheet(model, vae, path, scaling, seed=0, steps=25):
    classes = torch.arange(model.classes).repeat(2)
    x = torch.cat([sample(model, part, steps, 3.0, seed + i) for i, part in enumerate(classes.split(25))])
    with torch.no_grad():
        pictures = vae.decode(x / scaling).sample.clamp(-1, 1)
    pictures = ((pictures + 1) * 127.5).round().byte().cpu()
    columns, size = 25, pictures.shape[-1]
    grid = pictures.view(-1, columns, 3, size, size).permute(0, 3, 1, 4, 2).reshape(-1, columns * size, 3)
    Image.fromarray(grid.numpy()).save(path)


def optimizers(model, rate, muon):
    """Muon for the matrices inside the blocks, AdamW for everything else (embeddings, biases, first and last layers)."""
    inner = [p for n, p in model.blocks.named_parameters() if p.ndim == 2 and "modulation" not in n] if muon else []
    chosen = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    result = [torch.optim.AdamW(rest, lr=rate, weight_decay=0.0, betas=(0.9, 0.99))]
    if inner:
        result.append(torch.optim.Muon(inner, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"))
    return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--patch", type=int, default=2, choices=[2, 4])
    arguments.add_argument("--minutes", type=float, default=60, help="how long this call trains")
    arguments.add_argument("--until", type=float, help="minutes of training in all, earlier calls counted in; instead of --minutes")
    arguments.add_argument("--cooldown", action="store_true", help="let the learning rate fall to zero over this call")
    arguments.add_argument("--width", type=int, default=192)
    arguments.add_argument("--blocks", type=int, default=8)
    arguments.add_argument("--heads", type=int, default=6)
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--pool", type=int, default=64, help="augmentations of each picture")
    arguments.add_argument("--adamw", action="store_true", help="AdamW for every parameter")
    arguments.add_argument("--name", default=None)
    options = arguments.parse_args()
    torch.manual_seed(int(time.time()))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(2)
    vae = AutoencoderKL.from_pretrained(options.work / "vae").eval().requires_grad_(False).to(device)
    latents, labels = encode_pool(options.work, vae, options.pool, device)
    scaling = 1 / latents[:5000].float().std().item()
    print("latents", tuple(latents.shape), "scaling factor", scaling, flush=True)

    shape = dict(width=options.width, blocks=options.blocks, heads=options.heads)
    model = DiT(**shape, patch=options.patch)
    checkpoint = options.work / ((options.name or ("coarse" if options.patch == 4 else "fine")) + ".ck")
    step, seconds = 0, 0.0
    resumed = torch.load(checkpoint, weights_only=False) if checkpoint.exists() else None
    if resumed is None and options.patch == 2 and (options.work / "coarse.ck").exists():
        coarse = DiT(**shape, patch=4)
        coarse.load_state_dict(torch.load(options.work / "coarse.ck", weights_only=False)["ema"])
        refine(coarse, model)
        print("started from the coarse network", flush=True)
    model.to(device)
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    optims = optimizers(model, options.rate, not options.adamw)
    if resumed:
        model.load_state_dict(resumed["model"])
        ema = resumed["ema"]
        for optim, state in zip(optims, resumed["optims"]):
            optim.load_state_dict(state)
        step, seconds = resumed["step"], resumed["seconds"]
        print("resumed at step", step, flush=True)

    forward = torch.compile(model)
    snr = ALPHAS / (1 - ALPHAS)
    weight = (snr.clamp(max=5) / (snr + 1)).float().to(device)  # Min-SNR-5 for v-prediction
    weight = weight / weight.mean()
    alphas = ALPHAS.float().to(device)
    began, saved, first = time.time(), time.time(), step
    budget = options.minutes * 60 if options.until is None else options.until * 60 - seconds
    average, spent, saves = None, 0.0, 0
    log = open(options.work / "loss.csv", "a")
    while spent < budget:
        tick = time.time()
        rate = options.rate * min(1, (step - first + 1) / 200)
        if options.cooldown:
            rate *= max(0.0, 1 - spent / budget)
        for optim in optims:
            for group in optim.param_groups:
                group["lr"] = rate
        index = torch.randint(0, len(latents), (options.batch,))
        x = latents[index].float().to(device) * scaling
        y = torch.where(torch.rand(options.batch) < 0.1, torch.tensor(model.classes), labels[index]).to(device)
        t = torch.randint(0, 1000, (options.batch,), device=device)
        a = alphas[t].view(-1, 1, 1, 1)
        noise = torch.randn_like(x)
        with torch.autocast(device, torch.bfloat16):
            v = forward(a.sqrt() * x + (1 - a).sqrt() * noise, t, y)
        target = a.sqrt() * noise - (1 - a).sqrt() * x
        loss = (((v.float() - target) ** 2).mean((1, 2, 3)) * weight[t]).mean()
        for optim in optims:
            optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optim in optims:
            optim.step()
        step += 1
        decay = min(0.9995, (1 + step - first) / (10 + step - first)) if resumed is None else 0.9995
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].lerp_(v, 1 - decay)
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        # a machine that slept or a process that was stopped for a timing does not count as training
        spent += min(time.time() - tick, 20)
        if step % 50 == 0:
            line = f"{options.patch},{step},{step * options.batch},{seconds + spent:.0f},{average:.5f}"
            print(line, f"rate {rate:.1e}", f"{(step - first) * options.batch / (time.time() - began):.1f}/s", file=log, flush=True)
        if time.time() - saved > 300 or spent >= budget:
            saved = time.time()
            save(checkpoint, model=model.state_dict(), ema=ema, optims=[o.state_dict() for o in optims], step=step,
                 seconds=seconds + spent, scaling=scaling, shape=shape)
            saves += 1
            if saves % 4 == 0 or spent >= budget:
                shown = DiT(**shape, patch=options.patch).to(device)
                shown.load_state_dict(ema)
                sheet(shown, vae, options.work / f"sheet-{options.patch}.png", scaling)


if __name__ == "__main__":
    main()
