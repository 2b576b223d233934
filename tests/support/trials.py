"""The options of a benchmark that is repeated in trials."""

import argparse


def trial_options(description: str, trials: int) -> argparse.Namespace:
    """Parse --trials, with its default, and --json; a number below 1 is refused."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--trials", type=int, default=trials, help=f"at least 1 ({trials})")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    options = parser.parse_args()
    if options.trials < 1:
        parser.error("trials must be at least 1")
    return options
