"""Everything, from the pictures to the files that ship; run it again to go on where it was stopped.

usage: train.py WORK_DIR OUT_DIR
OUT_DIR gets model_index.json, transformer/, vae/ and scheduler/; see README.md for how long it takes.
"""
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# minutes of training in all: a stage that has had its time ends at once, so that the next one goes on
STAGES = [
    ["train_vae.py", "{work}", "--until", "90"],
    ["train_dit.py", "{work}", "--patch", "4", "--until", "60"],
    ["train_dit.py", "{work}", "--patch", "2", "--until", "480"],
    ["export.py", "{work}", "{out}"],
    ["evaluate.py", "{work}"],
]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    work, out = sys.argv[1:]
    Path(work).mkdir(parents=True, exist_ok=True)
    for script, *options in STAGES:
        command = [sys.executable, str(HERE / script)] + [option.format(work=work, out=out) for option in options]
        print(" ".join(command), flush=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
