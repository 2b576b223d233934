"""How long a forward pass of each shipped network takes in headless Chromium.

    python benchmarks/forward.py [--trials 50] [--json]

Milliseconds for one digit: the encoder with a test digit, and the decoder with its code. A trial is
the mean of twenty digits, since browsers round their clock; printed are the median of the trials
and the fastest one. A page that moves with the hand has 16.7 ms for a frame.
"""

from __future__ import annotations

import base64
import json
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support.browsing import browsing, serve_modules
from tests.support.trials import trial_options
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models.network_file import browser_files

DIGITS = 20
MEASURE = """async ([file, pixels, trials]) => {
    const { readNetwork, encode, decode } = await import("/engine/network.js");
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const network = readNetwork(bytes(file).buffer);
    const all = Float32Array.from(bytes(pixels), (value) => value / 255);
    const digits = Array.from({ length: all.length / 784 }, (_, i) =>
        all.subarray(784 * i, 784 * (i + 1)));
    const codes = digits.map((x) => encode(network, x).mean);
    const timed = (inputs, pass) => {
        const times = [];
        for (let i = 0; i < trials; i++) {
            const start = performance.now();
            for (const input of inputs) pass(input);
            times.push((performance.now() - start) / inputs.length);
        }
        return times.sort((a, b) => a - b);
    };
    const found = {};
    for (let warm = 0; warm < 2; warm++) { // the first round compiles
        found.encoder = timed(digits, (x) => encode(network, x));
        found.decoder = timed(codes, (z) => decode(network, z));
    }
    return found;
}"""


def main() -> None:
    options = trial_options(__doc__, 50)
    names = [name for name in runs.available() if runs.find(name).build().network() is not None]
    digits = base64.b64encode(mnist.probe().images[:DIGITS].tobytes()).decode()
    found: dict[str, dict[str, dict[str, float]]] = {}
    with browsing() as browser:
        page = browser.new_page()
        serve_modules(page)
        page.goto("http://localhost/")
        for name in names:
            _, file = browser_files(runs.find(name).build(), mnist.probe().images)["network"]
            given = [base64.b64encode(file).decode(), digits, options.trials]
            times = page.evaluate(MEASURE, given)
            found[name] = {
                side: {"median": each[len(each) // 2], "fastest": each[0]}
                for side, each in times.items()
            }
        version = browser.version
    if options.json:
        where = {"machine": platform.processor() or platform.machine(), "browser": version}
        print(json.dumps({"trials": options.trials, **where, "milliseconds": found}, indent=1))
        return
    print(f"Chromium {version}, {options.trials} trials, milliseconds: median (fastest)")
    for name, sides in found.items():
        columns = [f"{side} {at['median']:.2f} ({at['fastest']:.2f})" for side, at in sides.items()]
        print(f"{name:<18}{'   '.join(columns)}")


if __name__ == "__main__":
    main()
