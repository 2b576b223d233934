"""How many sentences the encoder of captions understands, and how often drawn digits obey.

    python benchmarks/words.py [--json] [--digits N] [--list NAME] [--wrong]

Understanding is measured on sentences in tests/data/captions/ that were written by hand, apart from
the patterns that train the encoder, and that were not used to change them. A sentence is understood
if the kind and all sides of attributes are those that it asks for. Then digits are drawn for random
captions, at first as they come, then with the choice that `vae_demo.captions.writing` makes. A
second classifier, which has no part in the choice, reads them, too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from tests.support.captions import DEVELOPMENT, LISTS, read_list, understood
from vae_demo.captions.caption import ATTRIBUTES, Caption
from vae_demo.captions.encoder import read_caption
from vae_demo.captions.writing import drawing_model, write
from vae_demo.evaluation.classifier import load_both, probabilities

EACH = 8  # digits of a caption


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--digits", type=int, default=2000, help="drawn digits (2000); 0 for none")
    parser.add_argument("--list", choices=(*LISTS, DEVELOPMENT), help="only this list's sentences")
    parser.add_argument("--wrong", action="store_true", help="print what is misunderstood")
    options = parser.parse_args()
    lists = (options.list,) if options.list else LISTS
    found: dict[str, dict] = {"sentences": {name: reading(name, options.wrong) for name in lists}}
    if options.digits:
        found["first_drawing"] = obedience(options.digits, rounds=0)
        found["chosen"] = obedience(options.digits)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    for part, numbers in found.items():
        print(part)
        for name, value in numbers.items():
            print(f"  {name}: {value}")


def reading(name: str, wrong: bool) -> dict[str, float]:
    """The share of a list's sentences that are understood, and the time for one."""
    sentences = read_list(name)
    read_caption("")
    start = time.perf_counter()
    captions = [read_caption(each.text) for each in sentences]
    seconds = time.perf_counter() - start
    right = [understood(each, caption) for each, caption in zip(sentences, captions, strict=True)]
    if wrong:
        for each, caption, fine in zip(sentences, captions, right, strict=True):
            if not fine:
                print(f"{each.text!r}: {caption.kind} {caption.asked}", file=sys.stderr)
    return {
        "count": len(right),
        "understood": round(float(np.mean(right)), 4),
        "kind": round(
            float(np.mean([e.kind == c.kind for e, c in zip(sentences, captions, strict=True)])), 4
        ),
        "milliseconds": round(1000 * seconds / len(right), 2),
    }


def random_caption(rng: np.random.Generator) -> Caption:
    """A kind and the sides of one to three attributes, at random."""
    names = rng.choice(ATTRIBUTES, rng.integers(1, 4), replace=False)
    asked = {str(name): int(rng.choice((-1, 1))) for name in names}
    if "slant" in asked and rng.random() < 1 / 3:
        asked["slant"] = 0
    return Caption(int(rng.integers(10)), asked)


def obedience(digits: int, **settings: int) -> dict[str, float]:
    """The share of drawn digits with the right kind, and of asked attributes that they have."""
    rng = np.random.default_rng(0)
    model = drawing_model()
    second = load_both()[1]
    right, agreed, drawn, seconds = [], [], 0, 0.0
    sides: dict[str, list[bool]] = {name: [] for name in ATTRIBUTES}
    for seed in range(-(-digits // EACH)):
        caption = random_caption(rng)
        start = time.perf_counter()
        found = write(caption, model, EACH, seed, **settings)
        seconds += time.perf_counter() - start
        right += found.right.tolist()
        agreed += (probabilities(second, found.images).argmax(1) == found.kinds).tolist()
        drawn += found.drawn
        for name, of in found.obeyed.items():
            sides[name] += of.tolist()
    shares = {name: round(float(np.mean(of)), 4) for name, of in sides.items()}
    every = [fine for of in sides.values() for fine in of]
    return {
        "digits": len(right),
        "kind": round(float(np.mean(right)), 4),
        "kind_second_classifier": round(float(np.mean(agreed)), 4),
        "attributes": round(float(np.mean(every)), 4),
        **shares,
        "drawn_for_each": round(drawn / len(right), 2),
        "milliseconds_for_eight": round(1000 * seconds / len(right) * EACH, 1),
    }


if __name__ == "__main__":
    main()
