"""Training pictures: 50 emoji classes in five designs, jittered a little, on white."""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from tqdm import tqdm

HERE = Path(__file__).parent
CLASSES = json.loads((HERE / "emoji" / "classes.json").read_text())
DESIGNS = ["noto", "noto-v1", "twemoji", "fluent-emoji-flat", "fluent-emoji"]


def load():
    """Premultiplied RGBA pictures [n, 4, 128, 128] in [0, 1] and their class numbers [n]."""
    pictures, labels = [], []
    for number, name in enumerate(CLASSES):
        for design in DESIGNS:
            path = HERE / "emoji" / "png" / f"{name}__{design}.png"
            if path.exists():
                rgba = np.asarray(Image.open(path).convert("RGBA"), dtype=np.float32) / 255
                rgba = torch.from_numpy(rgba.copy()).permute(2, 0, 1)
                rgba[:3] *= rgba[3:]
                pictures.append(rgba)
                labels.append(number)
    return torch.stack(pictures), torch.tensor(labels)


def augment(rgba, generator, degrees=6.0, shift=0.03, zoom=0.06):
    """Jittered pictures [n, 3, 64, 64] in [-1, 1]: rotation up to `degrees`, shift and zoom as shares of the frame."""
    n = rgba.shape[0]

    def uniform(amplitude):
        return (torch.rand(n, generator=generator) * 2 - 1) * amplitude

    angle, scale = uniform(degrees * math.pi / 180), 1.08 * (1 + uniform(zoom))
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.stack([torch.stack([cos, -sin, uniform(2 * shift)], 1), torch.stack([sin, cos, uniform(2 * shift)], 1)], 1)
    # drawn at 128 and averaged down, so that the result is free of aliasing
    grid = F.affine_grid(theta, (n, 4, 128, 128), align_corners=False)
    drawn = F.grid_sample(rgba, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    drawn = F.avg_pool2d(drawn, 2)
    return (drawn[:, :3] + (1 - drawn[:, 3:])) * 2 - 1


def latents(vae, rounds, device, seed=7):
    """The autoencoder's means of `rounds` augmentations of every picture, [rounds * n, 4, 32, 32], and their class numbers."""
    pictures, labels = load()
    generator = torch.Generator().manual_seed(seed)
    encoded = []
    with torch.no_grad():
        for _ in tqdm(range(rounds), "encoding pictures", leave=False):
            for part in augment(pictures, generator).split(50):
                encoded.append(vae.encode(part.to(device)).latent_dist.mean.cpu())
    return torch.cat(encoded), labels.repeat(rounds)
