"""Draws the loss curves of a training.

usage: plot.py WORK_DIR PICTURE   (reads WORK_DIR/loss.csv, and vae-loss.csv where there is one)
"""
import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def rows(path):
    with open(path) as file:
        return [[float(cell.split()[0]) for cell in row] for row in csv.reader(file)]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    work, picture = Path(sys.argv[1]), sys.argv[2]
    autoencoder = work / "vae-loss.csv"
    figure, axes = plt.subplots(1, 2 if autoencoder.exists() else 1, figsize=(10, 4), squeeze=False)
    network = axes[0][0]
    log = rows(work / "loss.csv")
    for patch in (4, 2):
        # a training that was stopped goes on from its checkpoint and logs some steps twice: the later ones count
        own = sorted({row[2]: row[4] for row in log if row[0] == patch}.items())
        network.plot([samples / 1000 for samples, _ in own], [loss for _, loss in own], label=f"patches of {patch}x{patch}")
    network.set_title("transformer")
    network.set_yscale("log")
    network.set_xlabel("thousand samples")
    network.set_ylabel("loss, running mean")
    network.legend()
    if autoencoder.exists():
        log = rows(autoencoder)
        axes[0][1].plot([row[1] / 1000 for row in log], [row[4] for row in log])
        axes[0][1].set_yscale("log")
        axes[0][1].set_title("autoencoder")
        axes[0][1].set_xlabel("thousand pictures")
        axes[0][1].set_ylabel("mean squared error")
    figure.tight_layout()
    figure.savefig(picture, dpi=80)


if __name__ == "__main__":
    main()
