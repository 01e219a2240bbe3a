"""Judges emoji-flux by its samples: right objects, right places, right count, design and background; and a contact sheet.

usage: evaluate_flux.py MODEL_DIR [--samples 100] [--sheet flux.png] [--undistilled] [--drawn]
MODEL_DIR is what export_flux.py writes. Samples: 50 steps, guidance 3.5, fixed seeds; prompts that say exactly what is wanted.

A picture is read by its nearest rendering (Euclidean, averaged over 2x2 pixels) among all scenes of any emoji at each place of every
arrangement, jittered four times, on the prompt's background. What that rendering shows is compared with the prompt:
- objects: the same classes as often as wanted, wherever they are
- place: the same arrangement with the same class at each place
- design, background: where the prompt names them; the background is the nearest of the ten colours to the picture's border
"held-out" are pairs of classes that never met in training. With --drawn true scenes are judged instead of samples: the most that
the figures can be.
"""
import argparse
import random
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image

import flux
import scenes
from scenes import ARRANGEMENTS, BACKGROUNDS, SIZE

COARSE = SIZE // 2

GROUPS = {
    "one object": ("one", {}), "two objects": ("pair", {"pairs": "training"}), "two objects, held-out": ("pair", {"pairs": "held-out"}),
    "two, three or four": ("count", {}), "design, background": ("one", {"extras": True})}


def wanted(pictures, group, n, seed):
    """Scenes and the plainest prompts for them."""
    kind, how = GROUPS[group]
    rng = random.Random(seed)
    kinds = {"one": ["one"], "pair": list(scenes.PAIRS), "count": ["two", "three", "four"]}[kind]
    found = []
    for i in range(n):
        scene = scenes.draw_scene(pictures, rng, kinds[i % len(kinds)], how.get("pairs", "training"))
        if kind == "one":
            scene = scenes.Scene("one", (i % len(pictures.classes),), rng.choice(pictures.designs(i % len(pictures.classes))), scene.background)
        if not how.get("extras"):
            scene = scenes.Scene(scene.arrangement, scene.classes, scene.design, "white")
        found.append(scene)
    return found, [plain(s, pictures.classes, how.get("extras", False)) for s in found]


def plain(scene, classes, extras):
    nouns = [scenes.NAMES[classes[c]][0] for c in scene.classes]
    a, b = scenes.one(nouns[0]), scenes.one(nouns[-1])
    text = {"one": a, "beside": f"{a} on the left and {b} on the right", "above": f"{a} above {b}"}.get(
        scene.arrangement, f"{scene.arrangement} {scenes.many(nouns[0])}")
    if extras:
        article = "an" if scene.background == "orange" else "a"
        text += f" in {scenes.DESIGNS[scene.design]} style on {article} {scene.background} background"
    return text


class Reader:
    """Reads pictures by their nearest renderings on one background."""

    def __init__(self, pictures, background, jitters=4):
        self.objects = sorted(pictures.index)  # (class, design)
        self.jitters = jitters
        self.background = background
        self.pictures, self.known = pictures, {}
        self.layouts = {name: ARRANGEMENTS[name][0] for name in ("one", "left", "right", "top", "bottom", "two", "above", "three", "four")}

    def masks(self, places):
        """Each pixel belongs to the nearest place; a single small object has the empty half opposite."""
        every = places if len(places) > 1 or places == [(0, 0)] else places + [(-places[0][0], -places[0][1])]
        axis = (torch.arange(COARSE) + 0.5) / COARSE * 2 - 1
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        nearest = torch.stack([(x - px) ** 2 + (y - py) ** 2 for px, py in every]).argmin(0)
        return [nearest == i for i in range(len(every))]

    def renderings(self, place, share):
        """[objects * jitters, 3, 32, 32] of one object each, at one place."""
        if (place, share) not in self.known:
            generator = torch.Generator().manual_seed(5)
            made = [scenes.Scene("one", (c,), d, self.background) for c, d in self.objects for _ in range(self.jitters)]
            parts = (made[i : i + 64] for i in range(0, len(made), 64))
            at = {"one": ([place], share)}
            self.known[place, share] = torch.cat([
                F.avg_pool2d(scenes.render(self.pictures, part, generator, arrangements=at), 2) for part in parts])
        return self.known[place, share]

    def read(self, x):
        """For each picture [n, 3, 64, 64] the arrangement, its objects as (class, design), by the nearest rendering."""
        x = F.avg_pool2d(x, 2)
        empty = torch.tensor(BACKGROUNDS[self.background]).float()[:, None, None] * 2 - 1
        best, found = torch.full((len(x),), float("inf")), [None] * len(x)
        for name, places in self.layouts.items():
            total, objects = torch.zeros(len(x)), []
            masks = self.masks(places)
            for place, mask in zip(places, masks):
                known = self.renderings(place, ARRANGEMENTS[name][1])
                distance, which = torch.cdist(x[:, :, mask].flatten(1), known[:, :, mask].flatten(1)).square().min(1)
                total += distance
                objects.append(which // self.jitters)
            for mask in masks[len(places):]:
                total += (x - empty)[:, :, mask].square().sum((1, 2))
            for i in (total < best).nonzero()[:, 0].tolist():
                best[i], found[i] = total[i], (name, [self.objects[o[i]] for o in objects])
        return found


def border(x):
    """The name of the colour nearest to the mean along the picture's border."""
    edge = torch.cat([x[:, :2].flatten(1), x[:, -2:].flatten(1), x[:, :, :2].flatten(1), x[:, :, -2:].flatten(1)], 1).median(1).values
    names = list(BACKGROUNDS)
    return names[((edge + 1) / 2 - torch.tensor([BACKGROUNDS[n] for n in names])).square().sum(1).argmin()]


def judge(group, wanted_scenes, x, pictures):
    """Shares of pictures that are right, by what is asked."""
    right = {"objects": [], "place": [], "design": [], "background": []}
    readers = {b: Reader(pictures, b) for b in {s.background for s in wanted_scenes}}
    for background, reader in readers.items():
        chosen = [i for i, s in enumerate(wanted_scenes) if s.background == background]
        for i, (layout, objects) in zip(chosen, reader.read(x[chosen])):
            scene, classes = wanted_scenes[i], [c for c, _ in objects]
            right["objects"].append(sorted(classes) == sorted(scene.classes))
            layout = "beside" if layout == "two" else layout
            asked = "beside" if scene.arrangement == "two" else scene.arrangement
            right["place"].append(layout == asked and tuple(classes) == scene.classes)
            right["design"].append({d for _, d in objects} == {scene.design})
            right["background"].append(border(x[i]) == scene.background)
    shown = ["objects", "place"] + (["design", "background"] if GROUPS[group][1].get("extras") else [])
    return {what: sum(right[what]) / len(right[what]) for what in shown}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--samples", type=int, default=100, help="of each group")
    arguments.add_argument("--sheet", type=Path, help="a picture to write: the first 16 of each group, a row each")
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji")
    arguments.add_argument("--undistilled", action="store_true", help="guide by a second run with the empty prompt")
    arguments.add_argument("--drawn", action="store_true", help="judge true scenes instead of samples")
    options = arguments.parse_args()
    pictures, rows = scenes.Pictures(options.emoji), []
    model, vae, shift, scaling = flux.opened(options.model)
    for seed, group in enumerate(GROUPS):
        asked, prompts = wanted(pictures, group, options.samples, seed)
        if options.drawn:
            x = scenes.render(pictures, asked, torch.Generator().manual_seed(seed))
        else:
            parts = []
            for start in range(0, len(prompts), 50):
                drawn = flux.sample(model, prompts[start : start + 50], seed=seed * 1000 + start, distilled=not options.undistilled)
                with torch.no_grad():
                    parts.append(vae.decode(drawn / scaling + shift).clamp(-1, 1))
            x = torch.cat(parts)
        print(f"{group:24s}" + ", ".join(f"{what} {share:.3f}" for what, share in judge(group, asked, x, pictures).items()), flush=True)
        rows.append(x[:16])
    if options.sheet:
        sheet = ((torch.stack(rows) + 1) * 127.5).round().byte().permute(0, 3, 1, 4, 2)
        Image.fromarray(sheet.reshape(SIZE * len(rows), -1, 3).numpy()).save(options.sheet)


if __name__ == "__main__":
    main()
