"""Judges emoji-film by its samples: right objects, right movement by where the object is in each frame, the autoencoder, a film strip.

usage: evaluate_film.py MODEL_DIR [--samples 96] [--sheet film.png] [--undistilled] [--drawn]
MODEL_DIR is what export_film.py writes. Samples: 50 steps, guidance 3.5, fixed seeds, on white; of every movement as many.

- object: what differs from the background in the first frame, cut out and brought to one size, is nearest (Euclidean) to a picture of
  the class that was asked for; of two that pass each other, both, each in its half of the frame
- movement: the middle and the size of what is cut out, from the first to the last frame: the larger of the ways along x and y, if it is
  a quarter of the frame; else the change of size; else it turns, if the frame in the middle is nearer to the picture upside down. A fall
  has gone less than 0.4 of its way in the middle of its time. Of two that pass, the one asked to go right goes right, the other left.
- autoencoder: PSNR of clips that no training saw
"held-out" are pairs of classes that never met in training. With --drawn true clips are judged: the most that the figures can be.
"""
import argparse
import random
from pathlib import Path

import torch
import torch.nn.functional as F

import film
import films
import scenes
from train_autoencoder import KINDS, psnr
from train_film import strip

CUT = 24
GROUPS = {"one object": [m for m in films.MOVEMENTS if m != "pass"], "two objects": ["pass"], "two objects, held-out": ["pass"]}


def cut(frame, top=0.0, bottom=1.0):
    """What is not white between two heights: the middle x, y and the larger side, as shares of the frame, and a picture [3, CUT, CUT]."""
    n = frame.shape[-1]
    seen = (frame < 0.8).any(0)
    seen[: round(top * n)] = seen[round(bottom * n) :] = False
    if not seen.any():
        return 0.5, (top + bottom) / 2, 0.0, torch.ones(3, CUT, CUT)
    ys, xs = seen.any(1).nonzero()[:, 0], seen.any(0).nonzero()[:, 0]
    x, y = (xs[0] + xs[-1] + 1).item() / 2 / n, (ys[0] + ys[-1] + 1).item() / 2 / n
    side = max(xs[-1] - xs[0] + 1, ys[-1] - ys[0] + 1).item() / n
    theta = torch.tensor([[[side, 0, 2 * x - 1], [0, side, 2 * y - 1]]])
    grid = F.affine_grid(theta, (1, 3, CUT, CUT), align_corners=False)
    return x, y, side, F.grid_sample(frame[None] - 1, grid, mode="bilinear", align_corners=False)[0] + 1


class Known:
    """Every emoji, cut out in the same way."""

    def __init__(self, pictures):
        self.objects = sorted(pictures.index)
        made = [scenes.Scene("one", (c,), d, "white") for c, d in self.objects]
        self.cut = torch.stack([cut(x)[3] for x in scenes.render(pictures, made, torch.Generator(), jitter=0)])

    def nearest(self, picture):
        """The class, and the distance."""
        distance, which = (self.cut - picture).square().sum((1, 2, 3)).min(0)
        return self.objects[which][0], distance.item()


def movement(clip, known):
    """Of the only object of a clip [3, FRAMES, 64, 64]."""
    (x0, y0, s0, _), (_, y, _, middle), (x1, y1, s1, _) = (cut(clip[:, t]) for t in (0, films.FRAMES // 2, films.FRAMES - 1))
    dx, dy = x1 - x0, y1 - y0
    if max(abs(dx), abs(dy)) > 0.25:
        if abs(dx) > abs(dy):
            return "right" if dx > 0 else "left"
        return "up" if dy < 0 else "fall" if (y - y0) / dy < 0.4 else "down"
    if s0 and s1 and not 0.75 < s1 / s0 < 1.33:
        return "grow" if s1 > s0 else "shrink"
    return "turn" if known.nearest(middle.flip(1, 2))[1] < known.nearest(middle)[1] else "none"


def judge(asked, clips, known):
    right = {"object": [], "movement": []}
    for wanted, clip in zip(asked, clips):
        if wanted.movement == "pass":
            lanes = [(0.0, 0.5), (0.5, 1.0)]
            ends = [[cut(clip[:, t], *lane) for t in (0, -1)] for lane in lanes]
            going = {known.nearest(first[3])[0]: last[0] - first[0] for first, last in ends}
            right["object"].append(set(going) == set(wanted.classes))
            a, b = wanted.classes
            right["movement"].append(going.get(a, 0) > 0.25 and going.get(b, 0) < -0.25)
        else:
            right["object"].append(known.nearest(cut(clip[:, 0])[3])[0] == wanted.classes[0])
            right["movement"].append(movement(clip, known) == wanted.movement)
    return {what: sum(those) / len(those) for what, those in right.items()}


def plain(wanted, classes):
    a, *b = (scenes.one(scenes.NAMES[classes[c]][0]) for c in wanted.classes)
    verb = {"fall": "falling", "turn": "turning", "grow": "growing", "shrink": "shrinking"}.get(wanted.movement, f"moving {wanted.movement}")
    return f"{a} moving right and {b[0]} moving left" if b else f"{a} {verb}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--samples", type=int, default=96, help="of each group")
    arguments.add_argument("--sheet", type=Path, help="a picture to write: frames of the first eight of each group")
    arguments.add_argument("--emoji", type=Path, default=Path(__file__).parent / "emoji")
    arguments.add_argument("--undistilled", action="store_true", help="guide by a second run with the empty prompt")
    arguments.add_argument("--drawn", action="store_true", help="judge true clips instead of samples")
    options = arguments.parse_args()
    pictures, rows = scenes.Pictures(options.emoji), []
    known = Known(pictures)
    model, vae, scaling = film.opened(options.model)
    for seed, (group, movements) in enumerate(GROUPS.items()):
        rng = random.Random(seed)
        pairs = "held-out" if "held-out" in group else "training"
        asked = [films.draw_film(pictures, rng, movements[i % len(movements)], pairs) for i in range(options.samples)]
        asked = [films.Film(f.movement, f.classes, f.design, "white") for f in asked]
        if options.drawn:
            clips = films.render(pictures, asked, rng)
        else:
            prompts, parts = [plain(f, pictures.classes) for f in asked], []
            for first in range(0, len(prompts), 16):
                drawn = film.sample(model, prompts[first : first + 16], seed=seed * 1000 + first, distilled=not options.undistilled)
                with torch.no_grad():
                    parts.append(vae.decode(drawn / scaling).clamp(-1, 1))
            clips = torch.cat(parts)
        print(f"{group:24s}" + ", ".join(f"{what} {share:.3f}" for what, share in judge(asked, clips, known).items()), flush=True)
        rows.append(clips[:8])
    print(f"autoencoder             {psnr(vae, KINDS['film'], pictures, 'cpu'):.2f} dB")
    if options.sheet:
        strip(torch.cat(rows), options.sheet)


if __name__ == "__main__":
    main()
