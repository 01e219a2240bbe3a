"""emoji-flux or emoji-film, from the pictures to the files that ship; run it again to go on where it was stopped.

usage: train_prompts.py flux|film WORK_DIR OUT_DIR [--steps N] [--samples N] [--judged N]
OUT_DIR gets the pipeline; WORK_DIR the checkpoints, the loss curves and sheets of samples.
"""
import argparse
from pathlib import Path

from train import run


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", choices=["flux", "film"])
    arguments.add_argument("work", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--steps", type=int, help="of the autoencoder's training")
    arguments.add_argument("--judged", type=int, default=96, help="samples of each group for the evaluation")
    arguments.add_argument("--samples", type=int, help="to train on; a tenth of it more to distil")
    options = arguments.parse_args()
    name, work, out, samples = options.name, options.work, options.out, options.samples
    steps = ["--steps", options.steps] if options.steps else []
    many = ["--samples", samples, "--cooldown", samples // 5] if samples else []
    some = ["--samples", samples // 10] if samples else []
    run([
        ["train_autoencoder.py", work, name, *steps],
        [f"train_{name}.py", work, *many],
        [f"train_{name}.py", work, "--distil", *some],
        [f"export_{name}.py", work, out],
        [f"evaluate_{name}.py", out, "--samples", options.judged, "--sheet", work / f"{name}-evaluated.png"],
    ])


if __name__ == "__main__":
    main()
