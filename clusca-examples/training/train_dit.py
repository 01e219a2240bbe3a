"""Trains the DiT on latents of augmented pictures; resumes from its checkpoint by itself.

usage: train_dit.py WORK_DIR [--patch 4|2] [--until MINUTES] [--cooldown MINUTES] ...
WORK_DIR holds vae/ (see train_vae.py); latents.pt, coarse.ck, fine.ck, loss.csv and sheet-4.png, sheet-2.png are written there.
"""
import argparse
import time
from pathlib import Path

import torch
from diffusers import AutoencoderKL

import checkpoint
import data
import sheet
from model import ALPHAS, CLASSES, DiT, refine, sample


def encode_pool(work, vae, rounds, device):
    """Latents of `rounds` augmentations of every picture, made once: encoding them anew in each step would cost more than the step."""
    path = work / "latents.pt"
    if not path.exists():
        latents, labels = data.latents(vae, rounds, device)
        torch.save((latents.half(), labels), path)
    return torch.load(path)


def optimizers(model, rate):
    """Muon for the matrices inside the blocks, AdamW for everything else (embeddings, biases, first and last layers)."""
    inner = [p for n, p in model.blocks.named_parameters() if p.ndim == 2 and "modulation" not in n]
    chosen = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    return [
        torch.optim.AdamW(rest, lr=rate, weight_decay=0.0, betas=(0.9, 0.99)),
        torch.optim.Muon(inner, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")]


class Batches:
    """Noised latents and the v they should give, with Min-SNR-5 weights; a tenth of the classes is dropped for guidance."""

    def __init__(self, latents, labels, scaling, size, device):
        self.latents, self.labels, self.scaling, self.size, self.device = latents, labels, scaling, size, device
        snr = ALPHAS / (1 - ALPHAS)
        weight = (snr.clamp(max=5) / (snr + 1)).float()
        self.weight = (weight / weight.mean()).to(device)
        self.alphas = ALPHAS.float().to(device)

    def draw(self):
        """Noised latents [n, 4, 32, 32], timesteps [n], classes [n], the target v, and a weight of each sample's loss."""
        n = self.size
        index = torch.randint(0, len(self.latents), (n,))
        x = self.latents[index].float().to(self.device) * self.scaling
        y = torch.where(torch.rand(n) < 0.1, torch.tensor(CLASSES), self.labels[index]).to(self.device)
        # one timestep from each of n equal spans: the loss of a batch then varies less than with independent draws
        t = ((torch.arange(n) + torch.rand(n)) * (1000 / n)).long().clamp(max=999).to(self.device)
        a = self.alphas[t].view(-1, 1, 1, 1)
        noise = torch.randn_like(x)
        return a.sqrt() * x + (1 - a).sqrt() * noise, t, y, a.sqrt() * noise - (1 - a).sqrt() * x, self.weight[t]


def start(work, patch, shape):
    """The network to go on with and what was saved beside it; without a checkpoint a new one, from the coarse network if there is one."""
    path = work / ("coarse.ck" if patch == 4 else "fine.ck")
    model = DiT(**shape, patch=patch)
    if path.exists():
        saved = checkpoint.load(path)
        model.load_state_dict(saved["model"])
        return path, model, saved
    if patch == 2 and (work / "coarse.ck").exists():
        coarse = DiT(**shape, patch=4)
        coarse.load_state_dict(checkpoint.load(work / "coarse.ck")["ema"])
        refine(coarse, model)
        print("started from the coarse network", flush=True)
    return path, model, {"step": 0, "seconds": 0.0, "processor": 0.0}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--patch", type=int, default=2, choices=[2, 4])
    arguments.add_argument("--until", type=float, default=480, help="minutes of training in all, earlier calls counted in")
    arguments.add_argument("--cooldown", type=float, default=0, help="the last minutes, over which the learning rate falls to zero")
    arguments.add_argument("--width", type=int, default=192)
    arguments.add_argument("--blocks", type=int, default=8)
    arguments.add_argument("--heads", type=int, default=6)
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--pool", type=int, default=64, help="augmentations of each picture")
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(2)
    vae = AutoencoderKL.from_pretrained(options.work / "vae").eval().requires_grad_(False).to(device)
    latents, labels = encode_pool(options.work, vae, options.pool, device)
    scaling = 1 / latents[:5000].float().std().item()

    shape = dict(width=options.width, blocks=options.blocks, heads=options.heads)
    path, model, saved = start(options.work, options.patch, shape)
    model.to(device)
    ema = {k: v.to(device) for k, v in saved["ema"].items()} if "ema" in saved else {k: v.clone() for k, v in model.state_dict().items()}
    optims = optimizers(model, options.rate)
    for optim, state in zip(optims, saved.get("optims", [])):
        optim.load_state_dict(state)
    step, seconds = saved["step"], saved["seconds"]
    print(f"patches of {options.patch}x{options.patch}, at step {step}, {seconds / 60:.0f} minutes so far", flush=True)
    torch.manual_seed(options.seed + step)
    batches = Batches(latents, labels, scaling, options.batch, device)
    forward = torch.compile(model)
    end, average, saves, saved_at = options.until * 60, None, 0, time.time()
    with open(options.work / "loss.csv", "a", buffering=1) as log:
        while seconds < end:
            tick = time.time()
            cooling = end - seconds < options.cooldown * 60
            rate = options.rate * min(1, (step + 1) / 200) * ((end - seconds) / (options.cooldown * 60) if cooling else 1)
            for optim in optims:
                optim.zero_grad()
                for group in optim.param_groups:
                    group["lr"] = rate
            x, t, y, target, weight = batches.draw()
            with torch.autocast(device, torch.bfloat16):
                v = forward(x, t, y)
            loss = (((v.float() - target) ** 2).mean((1, 2, 3)) * weight).mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optim in optims:
                optim.step()
            step += 1
            # while the rate falls the last steps are the best ones: a shorter average keeps up with them
            decay = min(0.999 if cooling else 0.9995, (1 + step) / (10 + step))
            with torch.no_grad():
                for k, v in model.state_dict().items():
                    ema[k].lerp_(v, 1 - decay)
            average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
            # a machine that slept or a process that was stopped for a timing does not count as training
            seconds += min(time.time() - tick, 20)
            if step % 50 == 0:
                print(f"{options.patch},{step},{step * options.batch},{seconds:.0f},{average:.5f}", file=log)
            if time.time() - saved_at > 300 or seconds >= end:
                saved_at = time.time()
                checkpoint.save(
                    path, model=model.state_dict(), ema=ema, optims=[o.state_dict() for o in optims], step=step, seconds=seconds,
                    processor=saved.get("processor", 0.0) + time.process_time(), scaling=scaling, shape=shape)
                saves += 1
                if saves % 12 == 0 or seconds >= end:
                    shown = DiT(**shape, patch=options.patch).to(device)
                    shown.load_state_dict(ema)
                    classes = torch.arange(CLASSES).repeat(2)
                    with torch.autocast(device, torch.bfloat16):
                        drawn = torch.cat([sample(shown, part, 25, 3.0, seed) for seed, part in enumerate(classes.split(25))])
                    sheet.write(vae, drawn, scaling, options.work / f"sheet-{options.patch}.png")


if __name__ == "__main__":
    main()
