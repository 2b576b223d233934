"""Latency of an animated scatter plot of latent means: Plotly and the app's canvas.

A page without Streamlit has a slider and the means of vae-2 at all snapshots for 1,000 digits.
The mouse drags the slider for two seconds. The latency is the time from the time stamp of the
pointer event to the end of the frame that shows the points (the first task after that frame was
rendered). All methods are measured one after the other in the same browser.

    python benchmarks/moving_scatter.py [--trials 3] [--json]
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import plotly
from playwright.sync_api import Browser
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support.browsing import browsing
from tests.support.servers import ROOT, static_files
from tests.support.trials import trial_options
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.ui.charts.colours import DIGIT_COLOURS

SECONDS = 2  # of each drag
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
KINDS = {
    "canvas": "the app's own canvas",
    "svg-10": "Plotly scatter, a trace for each digit, Plotly.restyle",
    "svg-1": "Plotly scatter, one trace, Plotly.restyle",
    "gl-10": "Plotly scattergl, a trace for each digit, Plotly.restyle",
    "gl-1": "Plotly scattergl, one trace, Plotly.restyle",
    "animate": "Plotly scatter, a trace for each digit, Plotly.animate without a transition",
    "bare": "a slider and nothing else",
}

PAGE = """<!doctype html><meta charset="utf-8"><title>A slider and a scatter</title>
<style>input { display: block; width: 600px; margin: 20px auto; } #plot { width: 640px;
height: 460px; margin: auto; } canvas.cloud { display: block; width: 640px; height: 460px; }</style>
<input type="range" step="any" min="0"><div id="plot"></div>"""

SETUP = """async ([kind, codes, labels, colours, reach]) => {
    const slider = document.querySelector("input"), plot = document.querySelector("#plot");
    const last = codes.length - 1;
    slider.max = String(last);
    const at = (place) => {  // the points between two snapshots
        const from = Math.floor(place), next = Math.min(from + 1, last), share = place - from;
        return codes[from].map(([x, y], i) => [
            x + share * (codes[next][i][0] - x), y + share * (codes[next][i][1] - y)]);
    };
    const kinds = [...Array(10).keys()].map((digit) =>
        [...labels.keys()].filter((i) => labels[i] === digit));
    const [library, traces] = kind.split("-");
    const type = library === "gl" ? "scattergl" : "scatter";
    const groups = traces === "1" ? [[...labels.keys()]] : kinds;
    const columns = (points) => ({
        x: groups.map((group) => group.map((i) => points[i][0])),
        y: groups.map((group) => group.map((i) => points[i][1])),
    });
    let draw = () => {};
    if (kind === "canvas") {
        const { byDigit, drawLabels, drawPoints, themeOf } =
            await import("/vae_demo/ui/engine/points.js");
        const canvas = document.createElement("canvas");
        canvas.className = "cloud";
        plot.append(canvas);
        [canvas.width, canvas.height] = [640, 460];
        const ink = canvas.getContext("2d");
        const { order, ends } = byDigit(labels);
        const spots = new Float32Array(2 * order.length);
        const scale = 220 / reach, theme = themeOf(canvas);
        draw = (place) => {
            const points = at(place);
            order.forEach((i, rank) => spots.set(
                [320 + scale * points[i][0], 230 - scale * points[i][1]], 2 * rank));
            drawLabels(ink, drawPoints(ink, spots, ends, colours, 1), 1, theme);
        };
    } else if (kind !== "bare") {
        const { x, y } = columns(at(last));
        const data = groups.map((group, digit) => ({
            type, mode: "markers", x: x[digit], y: y[digit], hoverinfo: "skip",
            marker: { size: 6, opacity: 0.75,
                color: traces === "1" ? group.map((i) => colours[labels[i]]) : colours[digit] },
        }));
        const axis = { range: [-reach, reach] };
        await Plotly.newPlot(plot, data, {
            showlegend: false, xaxis: axis, yaxis: { ...axis, scaleanchor: "x" },
            margin: { l: 8, r: 8, t: 8, b: 8 },
        }, { displayModeBar: false });
        draw = kind === "animate" ? (place) => {
            const { x, y } = columns(at(place));
            Plotly.animate(plot, { data: x.map((_, i) => ({ x: x[i], y: y[i] })) }, {
                mode: "immediate", transition: { duration: 0 },
                frame: { duration: 0, redraw: false },
            });
        } : (place) => Plotly.restyle(plot, columns(at(place)));
    }
    const watch = (window.watch = { answers: [] });
    const channel = new MessageChannel();
    let since = null, due = null;
    channel.port1.onmessage = () => {
        watch.answers.push(performance.now() - due);
        due = null;
    };
    window.addEventListener("pointermove", (event) => { since ??= event.timeStamp; }, true);
    slider.oninput = () => {
        draw(Number(slider.value));
        if (due !== null || since === null) return;
        [due, since] = [since, null];
        requestAnimationFrame(() => channel.port2.postMessage(0));
    };
}"""


def trial(browser: Browser, url: str, kind: str, given: list[object]) -> list[float]:
    """Drag once; returns the latency of each picture in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route(f"{url}/page", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(f"{url}/page")
    page.add_script_tag(path=PLOTLY)
    page.evaluate(SETUP, [kind, *given])
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("watch.answers.length = 0")
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS:
        way = (now / SECONDS * 4) % 2
        page.mouse.move(x + 500 * ((way if way < 1 else 2 - way) - 0.5), y)
    answers: list[float] = page.evaluate("watch.answers")
    page.close()
    return answers


def main() -> int:
    options = trial_options(__doc__, trials=3)
    codes = runs.find("vae-2").history.codes.astype(np.float32)
    reach = float(np.quantile(np.abs(codes), 0.998))
    given = [codes.tolist(), mnist.probe().labels.tolist(), list(DIGIT_COLOURS), reach]
    answers: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with static_files(ROOT) as url, browsing() as browser:
        for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
            for kind in KINDS:
                answers[kind] += trial(browser, url, kind, given)
        version = browser.version
    rows = {
        kind: {
            "median_ms": statistics.median(found),
            "p95_ms": sorted(found)[int(0.95 * len(found))],
            "pictures_per_second": len(found) / options.trials / SECONDS,
        }
        for kind, found in answers.items()
    }
    machine = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "chromium": version,
        "plotly": plotly.__version__,
        "points": len(given[1]),
        "trials": options.trials,
    }
    if options.json:
        print(json.dumps({"ways": rows, **machine}, indent=2))
        return 0
    for kind, row in rows.items():
        print(
            f"{row['median_ms']:>7.1f} ms median{row['p95_ms']:>7.1f} ms p95"
            f"{row['pictures_per_second']:>6.1f} pictures/s  {KINDS[kind]}"
        )
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
