"""emoji-flux or emoji-film, from the pictures to the files that ship; run it again to go on where it was stopped.

usage: train_prompts.py flux|film WORK_DIR OUT_DIR [--samples N]
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
    arguments.add_argument("--samples", type=int, help="to train on; a tenth of it more to distil")
    options = arguments.parse_args()
    name, work, out, samples = options.name, options.work, options.out, options.samples
    many = ["--samples", samples, "--cooldown", samples // 5] if samples else []
    some = ["--samples", samples // 10] if samples else []
    run([
        ["train_autoencoder.py", work, name],
        [f"train_{name}.py", work, *many],
        [f"train_{name}.py", work, "--distil", *some],
        [f"export_{name}.py", work, out],
        [f"evaluate_{name}.py", out, "--sheet", work / f"{name}-evaluated.png"],
    ])


if __name__ == "__main__":
    main()
