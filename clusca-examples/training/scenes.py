"""Scenes of emoji and the small language that describes them: what, how many, where, in which design, on which background.

A scene says what is drawn, a phrase is one of the ways to ask for it, a picture is the drawing with its jitter. Everything follows
from the seed of the generator that is handed in.
"""
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SIZE = 64
CANVAS = 2 * SIZE  # drawn at twice the size and averaged down

DESIGNS = {
    "noto": "noto", "noto-v1": "old noto", "twemoji": "twemoji", "fluent-emoji-flat": "flat fluent", "fluent-emoji": "fluent"}

# singular forms, the usual one first; the plural follows with an s unless it stands behind a slash
NAMES = {
    "red-apple": ["red apple"], "green-apple": ["green apple"], "banana": ["banana"], "strawberry": ["strawberry/strawberries"],
    "watermelon": ["watermelon"], "cherries": ["cherry/cherries"], "lemon": ["lemon"], "tangerine": ["orange", "tangerine"],
    "grapes": ["bunch of grapes/bunches of grapes"], "pizza": ["pizza"], "hamburger": ["burger", "hamburger"],
    "doughnut": ["donut", "doughnut"], "soft-ice-cream": ["ice cream"], "cookie": ["cookie"], "cat-face": ["cat"],
    "dog-face": ["dog"], "panda": ["panda"], "fox": ["fox/foxes"], "frog": ["frog"], "pig-face": ["pig"], "penguin": ["penguin"],
    "owl": ["owl"], "fish": ["fish/fish"], "spouting-whale": ["whale"], "butterfly": ["butterfly/butterflies"],
    "lady-beetle": ["ladybug", "ladybird"], "grinning-face-with-big-eyes": ["smiley", "smiling face"],
    "smiling-face-with-sunglasses": ["face with sunglasses/faces with sunglasses"],
    "smiling-face-with-heart-eyes": ["face with heart eyes/faces with heart eyes"], "alien": ["alien"], "robot": ["robot"],
    "ghost": ["ghost"], "red-heart": ["heart", "red heart"], "star": ["star"], "sun": ["sun"], "crescent-moon": ["moon"],
    "rainbow": ["rainbow"], "fire": ["fire"], "evergreen-tree": ["tree"], "cactus": ["cactus/cactuses"],
    "sunflower": ["sunflower"], "tulip": ["tulip"], "mushroom": ["mushroom"], "automobile": ["car"], "rocket": ["rocket"],
    "sailboat": ["boat", "sailboat"], "house": ["house"], "soccer-ball": ["ball", "soccer ball"], "balloon": ["balloon"],
    "umbrella": ["umbrella"]}

BACKGROUNDS = {
    "white": (1, 1, 1), "black": (0.1, 0.1, 0.12), "gray": (0.6, 0.6, 0.6), "red": (0.9, 0.35, 0.35), "orange": (0.98, 0.65, 0.3),
    "yellow": (0.99, 0.9, 0.45), "green": (0.5, 0.8, 0.5), "blue": (0.45, 0.65, 0.95), "purple": (0.7, 0.5, 0.85),
    "pink": (0.98, 0.7, 0.82)}

# where the objects of an arrangement stand, in [-1, 1], right and down; and how much of the frame's side each takes
ARRANGEMENTS = {
    "one": ([(0, 0)], 0.86),
    "left": ([(-0.5, 0)], 0.46), "right": ([(0.5, 0)], 0.46), "top": ([(0, -0.5)], 0.46), "bottom": ([(0, 0.5)], 0.46),
    "two": ([(-0.5, 0), (0.5, 0)], 0.46),
    "three": ([(-0.5, 0.5), (0.5, 0.5), (0, -0.5)], 0.44),
    "four": ([(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)], 0.44),
    "beside": ([(-0.5, 0), (0.5, 0)], 0.46),
    "above": ([(0, -0.5), (0, 0.5)], 0.46)}
PAIRS = ("beside", "above")
SHARES = {"one": 35, "left": 2.5, "right": 2.5, "top": 2.5, "bottom": 2.5, "two": 7, "three": 4, "four": 4, "beside": 20, "above": 20}


@dataclass(frozen=True)
class Scene:
    """`classes`: one number for each object of the arrangement, left before right, upper before lower."""

    arrangement: str
    classes: tuple
    design: str
    background: str


def held_out(a, b):
    """Whether two different classes are kept from meeting in training: about one pair in eight."""
    a, b = min(a, b), max(a, b)
    return (3 * a + b) % 8 == 0


class Pictures:
    """The emoji: `classes`, and premultiplied RGBA by (class, design), whole [4, 128, 128] and halved."""

    def __init__(self, folder):
        folder = Path(folder)
        self.classes = json.loads((folder / "classes.json").read_text())
        self.index, whole = {}, []
        for number, name in enumerate(self.classes):
            for design in DESIGNS:
                path = folder / "png" / f"{name}__{design}.png"
                if path.exists():
                    rgba = torch.from_numpy(np.asarray(Image.open(path).convert("RGBA"), dtype=np.float32) / 255).permute(2, 0, 1).clone()
                    rgba[:3] *= rgba[3:]
                    self.index[number, design] = len(whole)
                    whole.append(rgba)
        self.whole = torch.stack(whole)
        self.half = F.avg_pool2d(self.whole, 2)

    def designs(self, *classes):
        """Designs that have a picture of every one of these classes."""
        return [design for design in DESIGNS if all((c, design) in self.index for c in classes)]


def draw_scene(pictures, rng, arrangement=None, pairs="training"):
    """A scene by chance; `pairs` says which combinations of two classes may meet: "training" or "held-out"."""
    arrangement = arrangement or rng.choices(list(SHARES), list(SHARES.values()))[0]
    count = len(pictures.classes)
    if arrangement in PAIRS:
        classes = rng.sample(range(count), 2)
        while held_out(*classes) != (pairs == "held-out"):
            classes = rng.sample(range(count), 2)
    else:
        classes = [rng.randrange(count)] * len(ARRANGEMENTS[arrangement][0])
    background = "white" if rng.random() < 0.5 else rng.choice(list(BACKGROUNDS))
    return Scene(arrangement, tuple(classes), rng.choice(pictures.designs(*classes)), background)


def one(noun):
    noun = noun.split("/")[0]
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def many(noun):
    return noun.split("/")[1] if "/" in noun else noun + "s"


def noun(name, rng):
    """The usual name three times in four; the others exist so that people need not guess."""
    names = NAMES[name]
    return names[0] if rng.random() < 0.75 else rng.choice(names)


def phrase(scene, classes, rng):
    """One way to ask for the scene. Without a word on the design any is meant, without one on the background white."""
    nouns = [noun(classes[c], rng) for c in scene.classes]
    a, b = one(nouns[0]), one(nouns[-1])
    what = {
        "one": [a],
        "left": [f"{a} on the left"], "right": [f"{a} on the right"], "top": [f"{a} at the top"], "bottom": [f"{a} at the bottom"],
        "two": [f"two {many(nouns[0])}"], "three": [f"three {many(nouns[0])}"], "four": [f"four {many(nouns[0])}"],
        "beside": [
            f"{a} on the left and {b} on the right", f"{b} on the right and {a} on the left", f"{a} left of {b}", f"{b} right of {a}",
            rng.choice([f"{a} and {b}", f"{b} and {a}"]), rng.choice([f"{a} next to {b}", f"{b} next to {a}"])],
        "above": [
            f"{a} above {b}", f"{b} below {a}", f"{a} over {b}", f"{b} under {a}", f"{a} at the top and {b} at the bottom",
            rng.choice([f"{a} and {b}", f"{b} and {a}"])],
    }[scene.arrangement]
    extras = []
    if rng.random() < 0.4:
        extras.append(f"in {DESIGNS[scene.design]} style")
    if scene.background != "white" or rng.random() < 0.1:
        extras.append(f"on {'an' if scene.background == 'orange' else 'a'} {scene.background} background")
    rng.shuffle(extras)
    return " ".join([rng.choice(what), *extras])


def render(pictures, scenes, generator, jitter=1.0, arrangements=ARRANGEMENTS):
    """Pictures [n, 3, 64, 64] in [-1, 1]: each object turned, shifted and resized a little, on the plain background."""
    canvas = torch.tensor([BACKGROUNDS[s.background] for s in scenes]).float()[:, :, None, None].repeat(1, 1, CANVAS, CANVAS)
    placed = []  # scene, picture, x, y, scale
    for i, scene in enumerate(scenes):
        places, share = arrangements[scene.arrangement]
        placed += [(i, pictures.index[c, scene.design], x, y, share) for c, (x, y) in zip(scene.classes, places)]
    for source, chosen in (
        (pictures.whole, [p for p in placed if p[4] > 0.5]),
        (pictures.half, [p for p in placed if p[4] <= 0.5]),
    ):
        # objects of one scene do not touch: their order does not matter
        if not chosen:
            continue
        n = len(chosen)

        def uniform(amplitude):
            return (torch.rand(n, generator=generator) * 2 - 1) * amplitude * jitter

        x, y, share = torch.tensor([p[2:] for p in chosen]).unbind(1)
        x, y = x + uniform(0.06), y + uniform(0.06)
        angle, inverse = uniform(0.1), (1 + uniform(0.06)) / share
        cos, sin = torch.cos(angle) * inverse, torch.sin(angle) * inverse
        theta = torch.stack([torch.stack([cos, -sin, -x * cos + y * sin], 1), torch.stack([sin, cos, -x * sin - y * cos], 1)], 1)
        grid = F.affine_grid(theta, (n, 4, CANVAS, CANVAS), align_corners=False)
        drawn = F.grid_sample(source[[p[1] for p in chosen]], grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        for (i, *_), rgba in zip(chosen, drawn):
            canvas[i] = rgba[:3] + (1 - rgba[3:]) * canvas[i]
    return F.avg_pool2d(canvas, 2) * 2 - 1


def batch(pictures, n, seed, **which):
    """`n` scenes and their pictures, all by the seed."""
    rng = random.Random(seed)
    scenes = [draw_scene(pictures, rng, **which) for _ in range(n)]
    return scenes, render(pictures, scenes, torch.Generator().manual_seed(seed))
