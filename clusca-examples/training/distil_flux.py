"""Distils guidance into emoji-flux, as FLUX.1-dev has it: one run then says what two runs, with and without the prompt, said before.

usage: distil_flux.py WORK_DIR [--samples N]
WORK_DIR/flux.ck is the teacher; flux-distilled.ck is written and gone on from. The encoders stay as they are.
(C. Meng et al., "On Distillation of Guided Diffusion Models", 2023, stage one.)
"""
import argparse
import time
from pathlib import Path

import torch

import checkpoint
import scenes
from autoencoder import Autoencoder
from dual_stream import optimizers
from flux import Flux, Prompts, Transformer
from train_flux import Batches, Pool, show

MOST = 5.0  # scales from 1 to this


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji", help="folder of classes.json and png/")
    arguments.add_argument("--samples", type=int, default=200_000, help="to train on in all, earlier calls counted in")
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--rate", type=float, default=3e-4)
    options = arguments.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    taught, trained = checkpoint.load(options.work / "flux.ck"), checkpoint.load(options.work / "flux-vae.ck")
    shift, scaling = taught["normalisation"]
    vae = Autoencoder(**trained["shape"]).eval().requires_grad_(False).to(device)
    vae.load_state_dict(trained["vae"])
    pool = Pool(options.work / "flux-latents", vae, scenes.Pictures(options.emoji), 0, device)
    teacher = Flux(**taught["shape"]).eval().requires_grad_(False).to(device)
    teacher.load_state_dict(taught["ema"])
    student = Transformer(**taught["shape"]).to(device)
    path = options.work / "flux-distilled.ck"
    saved = checkpoint.load(path) if path.exists() else {"model": teacher.transformer.state_dict(), "step": 0, "seen": 0}
    student.load_state_dict(saved["model"])
    optims = optimizers(student, options.rate)
    for optim, state in zip(optims, saved.get("optims", [])):
        optim.load_state_dict(state)
    step, seen, saved_at, average = saved["step"], saved["seen"], time.time(), None
    torch.manual_seed(10**6 + step)
    batches, n = Batches(pool, shift, scaling, options.batch, 10**6 + step, dropped=0.0), options.batch
    empty = [ids.to(device).expand(n, -1) for ids in Prompts()([""])]
    ask, learn = torch.compile(teacher.transformer), torch.compile(student)
    while seen < options.samples:
        rate = options.rate * min(1, (step + 1) / 100, (options.samples - seen) / (0.5 * options.samples))
        for optim in optims:
            optim.zero_grad()
            for group in optim.param_groups:
                group["lr"] = rate
        x, t5_ids, clip_ids, timestep, _ = batches.draw()
        scale = 1 + (MOST - 1) * torch.rand(n, device=device)
        with torch.autocast(device, torch.bfloat16):
            with torch.no_grad():
                states, pooled = teacher.t5(t5_ids), teacher.clip(clip_ids)
                one = torch.full((n,), 1000.0, device=device)
                given = ask(x, states, pooled, timestep, one).float()
                free = ask(x, teacher.t5(empty[0]), teacher.clip(empty[1]), timestep, one).float()
                target = free + scale[:, None, None, None] * (given - free)
            v = learn(x, states, pooled, timestep, 1000 * scale)
        loss = (v.float() - target).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        for optim in optims:
            optim.step()
        step, seen = step + 1, seen + n
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if time.time() - saved_at > 200 or seen >= options.samples:
            saved_at = time.time()
            checkpoint.save(path, model=student.state_dict(), optims=[o.state_dict() for o in optims], step=step, seen=seen)
            print(f"{step},{seen},{average:.6f}", flush=True)
    teacher.transformer = student
    show(teacher, vae, shift, scaling, options.work / "flux-distilled.png", steps=25, guidance=3.5)


if __name__ == "__main__":
    main()
