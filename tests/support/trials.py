"""The options of a benchmark that is repeated in trials."""

import argparse
from collections.abc import Sequence


def trial_options(description: str, trials: int, parts: Sequence[str] = ()) -> argparse.Namespace:
    """Parse --trials, with its default, and --json; a number below 1 is refused.

    With `parts`, parse --only, too: the parts that are measured, all of them if it is not given.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--trials", type=int, default=trials, help=f"at least 1 ({trials})")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    if parts:
        parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    options = parser.parse_args()
    if options.trials < 1:
        parser.error("trials must be at least 1")
    return options
