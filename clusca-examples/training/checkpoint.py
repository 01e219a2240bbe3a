"""Checkpoints that a stop in the middle does not spoil."""
import os

import torch


def save(path, **what):
    """Written beside and then moved: whoever stops it leaves the old checkpoint."""
    torch.save(what, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def load(path):
    """On the CPU, whatever it was saved on: a training may go on on another machine."""
    return torch.load(path, weights_only=False, map_location="cpu")
