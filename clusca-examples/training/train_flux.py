"""Trains emoji-flux on latents of scenes; resumes from its checkpoint by itself.

usage: train_flux.py WORK_DIR [--samples N] [--cooldown N] ...
WORK_DIR holds flux-vae.ck (see train_flux_vae.py); flux-latents/, flux.ck, flux.csv and flux.png are written there.

The pool of latents grows while the training goes on: a new shard of scenes is encoded whenever each has been seen a few times.
"""
import argparse
import random
import time
from pathlib import Path

import torch
from PIL import Image

import checkpoint
import scenes
from autoencoder import Autoencoder
from dual_stream import optimizers
from flux import Flux, Prompts, sample

SHARD = 2048
SEEN = 4  # how often a scene is seen before new ones are made
SHOWN = [
    "a cat on the left and a sun on the right", "a red apple", "two stars", "a rocket above a house", "a penguin", "three balloons",
    "a dog on a blue background", "a tree left of a car", "a pizza in twemoji style", "four frogs", "a moon over a boat on a black background",
    "a robot", "a heart and a butterfly", "a whale below a rainbow", "an owl in old noto style", "a face with sunglasses"]


class Pool:
    """Latents of scenes in shards, each made once, by its number as the seed."""

    def __init__(self, folder, vae, pictures, limit, device):
        self.folder, self.vae, self.pictures, self.limit, self.device = folder, vae, pictures, limit, device
        folder.mkdir(parents=True, exist_ok=True)
        self.scenes, self.latents = [], []
        for number in range(len(list(folder.glob("*.pt")))):
            self.take(torch.load(self.path(number), weights_only=False))

    def path(self, number):
        return self.folder / f"{number}.pt"

    def take(self, shard):
        self.scenes += shard["scenes"]
        self.latents.append(shard["latents"])

    def grow(self, seen):
        """Adds the next shard when `seen` samples have been drawn SEEN times from each scene."""
        while len(self.latents) < self.limit and seen >= SEEN * len(self.scenes):
            number = len(self.latents)
            drawn, x = [], []
            for part in range(SHARD // 64):
                found, pictures = scenes.batch(self.pictures, 64, 10**6 + number * SHARD + part)
                with torch.no_grad(), torch.autocast(self.device, torch.bfloat16):
                    x.append(self.vae.encode(pictures.to(self.device))[0].half().cpu())
                drawn += found
            shard = {"scenes": drawn, "latents": torch.cat(x)}
            checkpoint.save(self.path(number), **shard)
            self.take(shard)

    def draw(self, n):
        """Scenes and latents [n, channels, h, w]."""
        index = torch.randint(0, len(self.scenes), (n,))
        return [self.scenes[i] for i in index], torch.stack([self.latents[i // SHARD][i % SHARD] for i in index]).float()


class Batches:
    """Noised latents and the velocities they should give; some of the prompts are empty, for guidance."""

    def __init__(self, pool, shift, scaling, size, seed, dropped=0.1):
        self.pool, self.shift, self.scaling, self.size, self.dropped = pool, shift, scaling, size, dropped
        self.prompts, self.rng = Prompts(), random.Random(seed)

    def draw(self):
        n = self.size
        drawn, latents = self.pool.draw(n)
        x = (latents - self.shift) * self.scaling
        texts = ["" if self.rng.random() < self.dropped else scenes.phrase(s, self.pool.pictures.classes, self.rng) for s in drawn]
        # one noise level from each of n equal spans of the logit-normal distribution: the loss then varies less
        sigma = torch.sigmoid(torch.special.ndtri(((torch.arange(n) + torch.rand(n)) / n).clamp(1e-4, 1 - 1e-4)))
        noise = torch.randn_like(x)
        s = sigma[:, None, None, None]
        made = (1 - s) * x + s * noise, *self.prompts(texts), sigma * 1000, noise - x
        return [part.to(self.pool.device) for part in made]


def normalisation(latents):
    """Shift and scaling that make the latents' mean 0 and spread 1, as one number each, as AutoencoderKL has them."""
    return latents.float().mean().item(), 1 / latents.float().std().item()


def show(model, vae, shift, scaling, path, **how):
    """The prompts of SHOWN, four in a row."""
    side = scenes.SIZE // 4
    drawn = sample(model, SHOWN, side, **how)
    with torch.no_grad():
        pictures = vae.decode(drawn / scaling + shift).clamp(-1, 1).cpu()
    sheet = ((pictures + 1) * 127.5).round().byte().view(4, 4, 3, scenes.SIZE, scenes.SIZE).permute(0, 3, 1, 4, 2)
    Image.fromarray(sheet.reshape(4 * scenes.SIZE, 4 * scenes.SIZE, 3).numpy()).save(path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji", help="folder of classes.json and png/")
    arguments.add_argument("--samples", type=int, default=2_000_000, help="to train on in all, earlier calls counted in")
    arguments.add_argument("--cooldown", type=int, default=400_000, help="the last samples, over which the learning rate falls to zero")
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--shards", type=int, default=64, help=f"of {SHARD} scenes, at most")
    options = arguments.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pictures = scenes.Pictures(options.emoji)
    trained = checkpoint.load(options.work / "flux-vae.ck")
    vae = Autoencoder(**trained["shape"]).eval().requires_grad_(False).to(device)
    vae.load_state_dict(trained["vae"])
    path = options.work / "flux.ck"
    saved = checkpoint.load(path) if path.exists() else {"step": 0, "seen": 0, "seconds": 0.0}
    pool = Pool(options.work / "flux-latents", vae, pictures, options.shards, device)
    pool.grow(saved["seen"])
    shift, scaling = saved.get("normalisation") or normalisation(pool.latents[0])

    torch.manual_seed(saved["step"])
    model = Flux(**saved.get("shape", {"channels": trained["shape"]["latent"]}))
    if "model" in saved:
        model.load_state_dict(saved["model"])
    model.to(device)
    ema = {k: v.to(device, copy=True) for k, v in saved.get("ema", model.state_dict()).items()}
    optims = optimizers(model, options.rate)
    for optim, state in zip(optims, saved.get("optims", [])):
        optim.load_state_dict(state)
    step, seen, seconds = saved["step"], saved["seen"], saved["seconds"]
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters, at step {step}, {seconds / 60:.0f} minutes so far", flush=True)
    batches = Batches(pool, shift, scaling, options.batch, step)
    forward, one = torch.compile(model), torch.full((options.batch,), 1000.0, device=device)
    average, saves, saved_at = None, 0, time.time()
    with open(options.work / "flux.csv", "a", buffering=1) as log:
        while seen < options.samples:
            tick = time.time()
            left = (options.samples - seen) / max(1, options.cooldown)
            rate = options.rate * min(1, (step + 1) / 200, left)
            for optim in optims:
                optim.zero_grad()
                for group in optim.param_groups:
                    group["lr"] = rate
            pool.grow(seen)
            x, t5_ids, clip_ids, timestep, target = batches.draw()
            with torch.autocast(device, torch.bfloat16):
                v = forward(x, t5_ids, clip_ids, timestep, one)
            loss = (v.float() - target).square().mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optim in optims:
                optim.step()
            step, seen = step + 1, seen + options.batch
            decay = min(0.999, (1 + step) / (10 + step))
            with torch.no_grad():
                for k, value in model.state_dict().items():
                    ema[k].lerp_(value, 1 - decay)
            average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
            # a machine that slept or a process that was stopped for a timing does not count as training
            seconds += min(time.time() - tick, 20)
            if step % 20 == 0:
                print(f"{step},{seen},{seconds:.0f},{average:.5f}", file=log)
            if time.time() - saved_at > 200 or seen >= options.samples:
                saved_at = time.time()
                checkpoint.save(
                    path, model=model.state_dict(), ema=ema, optims=[o.state_dict() for o in optims], step=step, seen=seen, seconds=seconds,
                    processor=saved.get("processor", 0.0) + time.process_time(), normalisation=(shift, scaling), shape=model.transformer.shape)
                saves += 1
                if saves % 6 == 0 or seen >= options.samples:
                    shown = Flux(**model.transformer.shape).to(device)
                    shown.load_state_dict(ema)
                    show(shown, vae, shift, scaling, options.work / "flux.png", steps=25, guidance=2.5, distilled=False)


if __name__ == "__main__":
    main()
