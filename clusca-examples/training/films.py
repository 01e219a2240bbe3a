"""Short films of emoji and the language that describes them: what moves, and how. As in scenes.py everything follows from a seed."""
import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from scenes import BACKGROUNDS, DESIGNS, held_out, noun, one

SIZE, FRAMES = 64, 17
MOVEMENTS = ("right", "left", "up", "down", "fall", "turn", "grow", "shrink", "pass")


@dataclass(frozen=True)
class Film:
    """`classes`: one number, of "pass" two: what goes to the right and what goes to the left."""

    movement: str
    classes: tuple
    design: str
    background: str


def draw_film(pictures, rng, movement=None, pairs="training"):
    """A film by chance; `pairs` says which combinations of two classes may meet: "training" or "held-out"."""
    movement = movement or rng.choice(MOVEMENTS)
    count = len(pictures.classes)
    classes = rng.sample(range(count), 2 if movement == "pass" else 1)
    while movement == "pass" and held_out(*classes) != (pairs == "held-out"):
        classes = rng.sample(range(count), 2)
    background = "white" if rng.random() < 0.5 else rng.choice(list(BACKGROUNDS))
    return Film(movement, tuple(classes), rng.choice(pictures.designs(*classes)), background)


def phrase(film, classes, rng):
    nouns = [one(noun(classes[c], rng)) for c in film.classes]
    a, b = nouns[0], nouns[-1]
    what = {
        "right": [f"{a} moving right", f"{a} moving to the right"], "left": [f"{a} moving left", f"{a} moving to the left"],
        "up": [f"{a} moving up", f"{a} rising"], "down": [f"{a} moving down", f"{a} sinking"], "fall": [f"{a} falling"],
        "turn": [f"{a} turning", f"{a} spinning"], "grow": [f"{a} growing"], "shrink": [f"{a} shrinking"],
        "pass": [
            f"{a} moving right and {b} moving left", f"{b} moving left and {a} moving right",
            rng.choice([f"{a} and {b} passing each other", f"{b} and {a} passing each other"])],
    }[film.movement]
    extras = []
    if rng.random() < 0.4:
        extras.append(f"in {DESIGNS[film.design]} style")
    if film.background != "white" or rng.random() < 0.1:
        extras.append(f"on {'an' if film.background == 'orange' else 'a'} {film.background} background")
    rng.shuffle(extras)
    return " ".join([rng.choice(what), *extras])


def path(film, rng):
    """For every object and frame x, y (in [-1, 1], right and down), angle and share of the frame's side: [objects, FRAMES, 4]."""
    t = torch.linspace(0, 1, FRAMES)
    even, still = 2 * t - 1, torch.zeros(FRAMES)
    size, off, reach = rng.uniform(0.42, 0.5), rng.uniform(-0.25, 0.25), rng.uniform(0.48, 0.56)
    if film.movement == "pass":
        lane, size = rng.choice([-1, 1]) * rng.uniform(0.42, 0.5), rng.uniform(0.4, 0.44)
        moves = [(even * reach, still + lane, still, still + size), (-even * reach, still - lane, still, still + size)]
    else:
        grown = 0.3 + 0.5 * t
        moves = [{
            "right": (even * reach, still + off, still, still + size), "left": (-even * reach, still + off, still, still + size),
            "up": (still + off, -even * reach, still, still + size), "down": (still + off, even * reach, still, still + size),
            # from rest, ever faster, and seen to the end: the accelerated half of a bounce
            "fall": (still + off, (2 * t * t - 1) * reach, still, still + size),
            "turn": (still + off / 3, still, 2 * math.pi * t, still + 1.3 * size),
            "grow": (still + off / 3, still, still, grown), "shrink": (still + off / 3, still, still, grown.flip(0)),
        }[film.movement]]
    tilt = rng.uniform(-0.08, 0.08)
    return torch.stack([torch.stack([x, y, angle + tilt, share], 1) for x, y, angle, share in moves])


def render(pictures, films, rng):
    """Clips [n, 3, FRAMES, 64, 64] in [-1, 1]."""
    canvas = torch.tensor([BACKGROUNDS[f.background] for f in films]).float()[:, :, None, None, None].repeat(1, 1, FRAMES, SIZE, SIZE)
    placed = [(i, c, film.design, way) for i, film in enumerate(films) for c, way in zip(film.classes, path(film, rng))]
    ways = torch.stack([way for *_, way in placed]).flatten(0, 1)
    x, y, angle, share = ways.unbind(1)
    cos, sin = torch.cos(angle) / share, torch.sin(angle) / share
    theta = torch.stack([torch.stack([cos, sin, -x * cos - y * sin], 1), torch.stack([-sin, cos, x * sin - y * cos], 1)], 1)
    grid = F.affine_grid(theta, (len(theta), 4, SIZE, SIZE), align_corners=False)
    source = pictures.half[[pictures.index[c, design] for _, c, design, _ in placed]].repeat_interleave(FRAMES, 0)
    drawn = F.grid_sample(source, grid, mode="bilinear", padding_mode="zeros", align_corners=False).unflatten(0, (-1, FRAMES))
    for (i, *_), rgba in zip(placed, drawn.transpose(1, 2)):
        canvas[i] = rgba[:3] + (1 - rgba[3:]) * canvas[i]
    return canvas * 2 - 1


def batch(pictures, n, seed, **which):
    """`n` films and their clips, all by the seed."""
    rng = random.Random(seed)
    films = [draw_film(pictures, rng, **which) for _ in range(n)]
    return films, render(pictures, films, rng)
