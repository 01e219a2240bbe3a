"""Everything, from the pictures to the files that ship; run it again to go on where it was stopped.

usage: train.py WORK_DIR OUT_DIR [--hours 6] [--samples 20]
OUT_DIR gets model_index.json, transformer/, vae/ and scheduler/; WORK_DIR the checkpoints, the loss curves and sheets of samples.
"""
import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def stages(minutes, samples, work, out):
    """A stage that has had its minutes ends at once, so that a second call goes on with the one that was stopped."""
    return [
        ["train_vae.py", work, "--until", minutes * 0.1],
        ["train_dit.py", work, "--patch", 4, "--until", minutes * 0.15],
        ["train_dit.py", work, "--patch", 2, "--until", minutes * 0.75, "--cooldown", minutes * 0.15],
        ["plot.py", work, Path(work) / "losses.png"],
        ["export.py", work, out],
        ["evaluate.py", out, "--samples", samples, "--sheet", Path(work) / "classes.png"],
    ]


def run(stages):
    for script, *rest in stages:
        command = [sys.executable, str(HERE / script), *map(str, rest)]
        print(" ".join(command), flush=True)
        subprocess.run(command, check=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--hours", type=float, default=6, help="of training in all, earlier calls counted in; evaluation comes on top")
    arguments.add_argument("--samples", type=int, default=20, help="of each class, for the evaluation")
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    run(stages(options.hours * 60, options.samples, options.work, options.out))


if __name__ == "__main__":
    main()
