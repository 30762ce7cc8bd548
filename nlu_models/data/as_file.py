"""`python -m nlu_models.data.as_file SPLIT`: print a split's messages as `text<TAB>intent` lines."""

import sys
from pathlib import Path

import yaml

from nlu_models.intent.messages import read_messages

HERE = Path(__file__).parent


def main(split: str) -> int:
    """Print the messages of `train`, `validation` or `test`."""
    splits = yaml.safe_load((HERE / "splits.yml").read_text("utf-8"))
    if split not in splits:
        sys.stderr.write(f"there is no split {split!r}; choose one of {', '.join(splits)}\n")
        return 2
    sys.stdout.write("text\tintent\n")
    for message in read_messages(HERE / "messages", frozenset(splits[split])):
        sys.stdout.write(f"{message.text}\t{message.intent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
