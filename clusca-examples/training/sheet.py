"""A contact sheet: two samples of each class, one above the other, ten classes in a row."""
import torch
from PIL import Image

from model import CLASSES


def write(vae, latents, scaling, path):
    """`latents` [100, 4, 32, 32]: all classes in order, then all of them once more; scaled as in training."""
    with torch.no_grad():
        pictures = vae.decode(latents / scaling).sample.clamp(-1, 1).cpu()
    size, rows = pictures.shape[-1], CLASSES // 10
    pictures = ((pictures + 1) * 127.5).round().byte().view(2, rows, 10, 3, size, size).permute(1, 0, 4, 2, 5, 3)
    Image.fromarray(pictures.reshape(2 * rows * size, 10 * size, 3).numpy()).save(path)
