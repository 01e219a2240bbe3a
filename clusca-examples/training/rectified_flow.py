"""Rectified flow for models of prompts: the pool of latents, training, distillation of guidance, sampling; emoji-flux and emoji-film share it.

A model has `texts(*ids)`, what its encoders make of a prompt's ids, and `transformer(x, *texts, timestep, guidance)`, the velocity from
data to noise; timesteps are 0 to 1000, guidance is the scale times 1000.
"""
import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import torch

import checkpoint
from dual_stream import optimizers

MOST = 5.0  # the highest guidance scale that is distilled
DROPPED = 0.1  # share of prompts that are empty in training, for guidance


@dataclass
class Recipe:
    """What differs between the two. `batch(pictures, n, seed)` gives scenes and what is seen of them, `phrase(scene, classes, rng)` a
    prompt, `prompts(list)` its ids, `show(model, vae, shift, scaling, path, **how)` samples."""

    name: str
    pictures: object
    batch: Callable
    phrase: Callable
    prompts: Callable
    autoencoder: Callable
    model: Callable
    show: Callable
    shard: int = 2048
    part: int = 64
    seen: int = 4  # how often a scene is seen before new ones are made
    shifted: bool = True  # whether the autoencoder's configuration knows a shift of the latents


class Pool:
    """Latents of scenes in shards, each made once, by its number as the seed. The pool grows while the training goes on."""

    def __init__(self, recipe, folder, vae, limit, device):
        self.recipe, self.folder, self.vae, self.limit, self.device = recipe, folder, vae, limit, device
        folder.mkdir(parents=True, exist_ok=True)
        shards = [torch.load(folder / f"{number}.pt", weights_only=False) for number in range(len(list(folder.glob("*.pt"))))]
        self.scenes = [scene for shard in shards for scene in shard["scenes"]]
        self.latents = torch.cat([shard["latents"] for shard in shards]) if shards else torch.empty(0, dtype=torch.float16)

    def grow(self, seen):
        """Adds shards until no more than `recipe.seen` samples have been drawn from each scene."""
        r = self.recipe
        while len(self.scenes) < self.limit * r.shard and seen >= r.seen * len(self.scenes):
            number, drawn, latents = len(self.scenes) // r.shard, [], []
            for part in range(r.shard // r.part):
                found, x = r.batch(r.pictures, r.part, 10**6 + number * r.shard + part)
                with torch.no_grad(), torch.autocast(self.device, torch.bfloat16):
                    latents.append(self.vae.encode(x.to(self.device))[0].half().cpu())
                drawn += found
            checkpoint.save(self.folder / f"{number}.pt", scenes=drawn, latents=torch.cat(latents))
            self.scenes += drawn
            self.latents = torch.cat([self.latents, *latents])

    def draw(self, n):
        index = torch.randint(0, len(self.scenes), (n,))
        return [self.scenes[i] for i in index.tolist()], self.latents[index].float()


class Batches:
    """Noised latents, ids of their prompts, timesteps, and the velocities they should give."""

    def __init__(self, pool, normalisation, size, seed, dropped):
        self.pool, self.size, self.dropped = pool, size, dropped
        self.shift, self.scaling = normalisation
        self.rng = random.Random(seed)

    def draw(self):
        n, recipe = self.size, self.pool.recipe
        drawn, latents = self.pool.draw(n)
        x = (latents - self.shift) * self.scaling
        texts = ["" if self.rng.random() < self.dropped else recipe.phrase(s, recipe.pictures.classes, self.rng) for s in drawn]
        # one noise level from each of n equal spans of the logit-normal distribution: the loss then varies less
        sigma = torch.sigmoid(torch.special.ndtri(((torch.arange(n) + torch.rand(n)) / n).clamp(1e-4, 1 - 1e-4)))
        noise = torch.randn_like(x)
        s = sigma.view(-1, *[1] * (x.ndim - 1))
        noised, target = (1 - s) * x + s * noise, noise - x
        device = self.pool.device
        return noised.to(device), [i.to(device) for i in recipe.prompts(texts)], sigma.to(device) * 1000, target.to(device)


def normalisation(latents, shifted):
    """Shift and scaling that make the latents' mean 0 and spread 1, as one number each, as the autoencoder's configuration has them."""
    shift = latents.float().mean().item() if shifted else 0.0
    return shift, 1 / (latents.float() - shift).square().mean().sqrt().item()


def sigmas(steps, shift):
    """As FlowMatchEulerDiscreteScheduler has them: evenly spaced, then moved towards the noisy end."""
    s = torch.linspace(1, 1 / steps, steps, dtype=torch.float64)
    return torch.cat([shift / (shift + 1 / s - 1), torch.zeros(1, dtype=torch.float64)])


@torch.no_grad()
def sample(model, prompts, texts, shape, levels, guidance=3.5, seed=0, distilled=True):
    """Latents [n, *shape] of prompts; `prompts(texts)` gives ids. A distilled network takes the guidance scale; another one is asked
    twice, with the prompt and with the empty one."""
    device, n = next(model.parameters()).device, len(texts)
    x = torch.randn(n, *shape, generator=torch.Generator().manual_seed(seed)).to(device)
    given = model.texts(*(ids.to(device) for ids in prompts(texts if distilled else [*texts, *[""] * n])))
    for now, then in zip(levels, levels[1:]):
        count = len(given[0])
        t = torch.full((count,), float(now) * 1000, device=device)
        scale = torch.full((count,), 1000.0 * (guidance if distilled else 1), device=device)
        v = model.transformer(x if distilled else torch.cat([x, x]), *given, t, scale).float()
        if not distilled:
            asked, free = v.chunk(2)
            v = free + guidance * (asked - free)
        x = x + float(then - now) * v
    return x


def step_all(optims, rate, loss, parameters):
    for optim in optims:
        optim.zero_grad()
        for group in optim.param_groups:
            group["lr"] = rate
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for optim in optims:
        optim.step()


class Progress:
    """Steps, samples, seconds and processor seconds so far; the running mean of the loss; when to save."""

    def __init__(self, saved, log):
        self.step, self.seen, self.seconds, self.processor = (saved.get(k, 0) for k in ("step", "seen", "seconds", "processor"))
        self.log, self.average, self.before = log, None, time.process_time()
        self.tick = self.saved_at = time.time()

    def count(self, n, loss):
        self.step, self.seen = self.step + 1, self.seen + n
        self.average = loss if self.average is None else 0.98 * self.average + 0.02 * loss
        now, used = time.time(), time.process_time()
        # a machine that slept or a process that was stopped for a timing does not count as training
        self.seconds, self.tick = self.seconds + min(now - self.tick, 20), now
        self.processor, self.before = self.processor + used - self.before, used
        if self.step % 20 == 0:
            with open(self.log, "a") as file:
                print(f"{self.step},{self.seen},{self.seconds:.0f},{self.processor:.0f},{self.average:.5f}", file=file)

    def due(self, last):
        due = last or time.time() - self.saved_at > 200
        if due:
            self.saved_at = time.time()
        return due

    def state(self):
        return dict(step=self.step, seen=self.seen, seconds=self.seconds, processor=self.processor)


def train(recipe, vae, latent, options, device):
    path = options.work / f"{recipe.name}.ck"
    saved = checkpoint.load(path) if path.exists() else {}
    progress = Progress(saved, options.work / f"{recipe.name}.csv")
    pool = Pool(recipe, options.work / f"{recipe.name}-latents", vae, options.shards, device)
    pool.grow(progress.seen)
    normal = saved.get("normalisation") or normalisation(pool.latents[: recipe.shard], recipe.shifted)
    torch.manual_seed(progress.step)
    model = recipe.model(**saved.get("shape", {"channels": latent}))
    if saved:
        model.load_state_dict(saved["model"])
    model.to(device)
    ema = {k: v.to(device, copy=True) for k, v in saved.get("ema", model.state_dict()).items()}
    optims = optimizers(model, options.rate)
    for optim, state in zip(optims, saved.get("optims", [])):
        optim.load_state_dict(state)
    parameters = sum(p.numel() for p in model.parameters()) / 1e6
    print(f"{recipe.name}: {parameters:.1f} M parameters, {progress.seen} samples, {progress.seconds / 60:.0f} minutes so far", flush=True)
    batches = Batches(pool, normal, options.batch, progress.step, DROPPED)
    ask, one, shows = torch.compile(model), torch.full((options.batch,), 1000.0, device=device), 0
    while progress.seen < options.samples:
        pool.grow(progress.seen)
        x, ids, timestep, target = batches.draw()
        with torch.autocast(device, torch.bfloat16):
            v = ask(x, *ids, timestep, one)
        loss = (v.float() - target).square().mean()
        left = (options.samples - progress.seen) / max(1, options.cooldown)
        step_all(optims, options.rate * min(1, (progress.step + 1) / 200, left), loss, model.parameters())
        progress.count(options.batch, loss.item())
        decay = min(0.999, (1 + progress.step) / (10 + progress.step))
        with torch.no_grad():
            for k, value in model.state_dict().items():
                ema[k].lerp_(value, 1 - decay)
        last = progress.seen >= options.samples
        if progress.due(last):
            checkpoint.save(
                path, model=model.state_dict(), ema=ema, optims=[o.state_dict() for o in optims], normalisation=normal,
                shape=model.transformer.shape, **progress.state())
            shows += 1
            if shows % 6 == 0 or last:
                shown = recipe.model(**model.transformer.shape).to(device)
                shown.load_state_dict(ema)
                recipe.show(shown, vae, *normal, options.work / f"{recipe.name}.png", guidance=2.5, distilled=False)


def distil(recipe, vae, options, device):
    """One run of the student says what two runs of the teacher say, for guidance scales from 1 to MOST; the encoders stay as they are.
    (C. Meng et al., "On Distillation of Guided Diffusion Models", 2023, stage one.)"""
    taught = checkpoint.load(options.work / f"{recipe.name}.ck")
    pool = Pool(recipe, options.work / f"{recipe.name}-latents", vae, 0, device)
    teacher, student = (recipe.model(**taught["shape"]).to(device) for _ in range(2))
    teacher.load_state_dict(taught["ema"])
    teacher.eval().requires_grad_(False)
    path = options.work / f"{recipe.name}-distilled.ck"
    saved = checkpoint.load(path) if path.exists() else {"model": teacher.transformer.state_dict()}
    progress = Progress(saved, options.work / f"{recipe.name}-distilled.csv")
    student = student.transformer
    student.load_state_dict(saved["model"])
    optims = optimizers(student, options.rate / 3)
    for optim, state in zip(optims, saved.get("optims", [])):
        optim.load_state_dict(state)
    torch.manual_seed(10**6 + progress.step)
    n = options.batch
    batches = Batches(pool, taught["normalisation"], n, 10**6 + progress.step, 0)
    empty, one = [ids.to(device) for ids in recipe.prompts([""] * n)], torch.full((n,), 1000.0, device=device)
    ask, learn = torch.compile(teacher.transformer), torch.compile(student)
    while progress.seen < options.samples:
        x, ids, timestep, _ = batches.draw()
        scale = 1 + (MOST - 1) * torch.rand(n, device=device)
        with torch.autocast(device, torch.bfloat16):
            with torch.no_grad():
                texts = teacher.texts(*ids)
                given = ask(x, *texts, timestep, one).float()
                free = ask(x, *teacher.texts(*empty), timestep, one).float()
                target = free + scale.view(-1, *[1] * (x.ndim - 1)) * (given - free)
            v = learn(x, *texts, timestep, 1000 * scale)
        loss = (v.float() - target).square().mean()
        left = 2 * (options.samples - progress.seen) / options.samples
        step_all(optims, options.rate / 3 * min(1, (progress.step + 1) / 100, left), loss, student.parameters())
        progress.count(n, loss.item())
        if progress.due(progress.seen >= options.samples):
            checkpoint.save(path, model=student.state_dict(), optims=[o.state_dict() for o in optims], **progress.state())
    teacher.transformer = student
    recipe.show(teacher, vae, *taught["normalisation"], options.work / f"{recipe.name}-distilled.png", guidance=3.5)


def load(recipe, work):
    """For the export: the averaged network, distilled if it was, the autoencoder, and the shift and scaling between their latents."""
    saved, trained = checkpoint.load(work / f"{recipe.name}.ck"), checkpoint.load(work / f"{recipe.name}-vae.ck")
    model, vae = recipe.model(**saved["shape"]), recipe.autoencoder(**trained["shape"])
    model.load_state_dict(saved["ema"])
    vae.load_state_dict(trained["vae"])
    distilled = work / f"{recipe.name}-distilled.ck"
    if distilled.exists():
        model.transformer.load_state_dict(checkpoint.load(distilled)["model"])
    return model.eval(), vae.eval(), *saved["normalisation"]


def main(description, recipe_of, batch=64, samples=2_000_000, shards=64):
    """The command line of both recipes; `recipe_of(pictures' folder)`."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji", help="folder of classes.json and png/")
    arguments.add_argument("--distil", action="store_true", help="make guidance an input of the trained network")
    arguments.add_argument("--samples", type=int, help=f"in all, earlier calls counted in; {samples}, a tenth of it for --distil")
    arguments.add_argument("--cooldown", type=int, default=samples // 5, help="the last samples, over which the learning rate falls to zero")
    arguments.add_argument("--batch", type=int, default=batch)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--shards", type=int, default=shards, help="of the pool of latents, at most")
    options = arguments.parse_args()
    options.samples = options.samples or (samples // 10 if options.distil else samples)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    recipe = recipe_of(options.emoji)
    trained = checkpoint.load(options.work / f"{recipe.name}-vae.ck")
    vae = recipe.autoencoder(**trained["shape"]).eval().requires_grad_(False).to(device)
    vae.load_state_dict(trained["vae"])
    if options.distil:
        distil(recipe, vae, options, device)
    else:
        train(recipe, vae, trained["shape"]["latent"], options, device)
