"""The ways to host in docs/hosting.md work: the container's commands, two servers behind nginx."""

from __future__ import annotations

import ast
import asyncio
import http.client
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.servers import (
    PATIENCE,
    ROOT,
    Server,
    free_port,
    outcome,
    running,
    streamlit,
    until,
)
from tests.support.visitor import Visitor
from vae_demo.ui.parts.data_choice.part import MAX_MEGABYTES

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CONF = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
COOKIE = "vae_demo_replica"


def instruction(name: str) -> str:
    """What follows an instruction of the Dockerfile, on one line."""
    (found,) = re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)
    return str(found)


# ---- the container


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `COPY . .` puts into the container: the repository without what is ignored."""
    folder = tmp_path_factory.mktemp("context") / "app"
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()

    def left_out(where: str, names: list[str]) -> set[str]:
        path = Path(where).relative_to(ROOT)
        return {
            name
            for name in names
            for pattern in ignored
            if fnmatch(str(path / name), pattern) or fnmatch(f"x/{path / name}", pattern)
        } | ({"shared", "site"} & set(names) if path == Path() else set())

    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    return folder


@pytest.mark.long
def test_the_container_s_own_commands_serve_the_app(context: Path, tmp_path: Path) -> None:
    """As its start command and its health check stand there, but on a free port."""
    port = free_port()
    start = [word.replace("8501", str(port)) for word in json.loads(instruction("CMD"))]
    start = [word.replace("0.0.0.0", "127.0.0.1") for word in start]
    check = shlex.split(instruction("HEALTHCHECK").partition("CMD ")[2].replace("8501", str(port)))
    assert (start[0], check[0]) == ("streamlit", "python")
    start, check = [sys.executable, "-m", *start], [sys.executable, *check[1:]]

    assert subprocess.run(check, capture_output=True).returncode != 0  # nobody there yet
    env = {"PYTHONPATH": "", **dict([instruction("ENV").split("=")])}
    with running(start, tmp_path / "log", port, cwd=context, **env) as server:
        assert subprocess.run(check, capture_output=True).returncode == 0

        async def look() -> list[str]:
            async with Visitor(server.url) as visitor:
                await visitor.open("explore")
                return [*visitor.parts, *visitor.errors]

        assert "explore_part" in outcome(look())
        assert server.ask("/ready")[2].count('"ok"') == 4


def test_the_container_is_as_a_docker_space_wants_it() -> None:
    space = yaml.safe_load(README.split("---\n")[1])
    assert space["sdk"] == "docker" and space["title"] and len(space["short_description"]) <= 60
    assert f"--server.port={space['app_port']}" in instruction("CMD")
    assert instruction("EXPOSE") == str(space["app_port"])
    assert re.search(r"useradd .*--uid 1000 visitor", DOCKERFILE)
    assert DOCKERFILE.index("USER visitor") < DOCKERFILE.index("CMD [")
    assert "XSRF_PROTECTION=false" in instruction("ENV")  # its frame withholds the cookie


# ---- Streamlit Community Cloud: requirements.txt has all that the app imports


def test_requirements_has_all_that_the_app_imports() -> None:
    sources = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]
    imported = set()
    for path in [*sources, *(ROOT / "vae_demo").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").split(".")[0])
    outside = imported - set(sys.stdlib_module_names) - {"vae_demo"}
    outside -= {"gradio", "ray"}  # of the pad and of large sweeps, which are no part of the app
    packages = {"PIL": "pillow", "cv2": "opencv-python-headless"}
    packages |= {"prometheus_client": "prometheus-client"}
    packages |= dict.fromkeys(("pandas", "starlette"), "streamlit")  # it is built on these
    packages |= dict.fromkeys(("sklearn", "threadpoolctl"), "scikit-learn")
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    listed = {re.split(r"[\[<>=!]", line)[0] for line in lines}
    assert {packages.get(module, module) for module in outside} <= listed


# ---- several replicas behind nginx


def test_compose_and_nginx_speak_of_the_same_replicas() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    door = services.pop("proxy")
    port = instruction("EXPOSE")
    replicas = {f"{name}:{port}" for name in services}
    assert len(replicas) > 1
    upstreams = re.findall(r"upstream (\w+) \{.*?\n(.*?)\}", CONF, re.DOTALL)
    firsts = [re.findall(r"server ([\w:]+);", body) for _, body in upstreams]
    assert {first for (first,) in firsts} == replicas
    for _, body in upstreams:  # each of the others stands in
        assert set(re.findall(r"server ([\w:]+)", body)) == replicas
    assert set(door["depends_on"]) == set(services)
    assert all(each["condition"] == "service_healthy" for each in door["depends_on"].values())
    (listening,) = re.findall(r"listen (\d+);", CONF)
    assert door["ports"] == [f"8080:{listening}"]
    assert (ROOT / "deploy" / door["volumes"][0].partition(":")[0]).samefile(
        ROOT / "deploy" / "nginx.conf"
    )
    for service in services.values():
        assert (ROOT / "deploy" / service["build"]["context"]).samefile(ROOT)


def test_the_server_and_nginx_take_uploads_as_large_as_the_page_offers() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    (most,) = re.findall(r"maxUploadSize = (\d+)", config)
    assert int(most) == MAX_MEGABYTES
    assert f"client_max_body_size {most}m;" in CONF


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """Two replicas by nginx's names for them; each allows its own name as a frame, to be known."""
    if NGINX is None:
        pytest.skip("there is no nginx here; Debian's package nginx-light has one")
    logs = tmp_path_factory.mktemp("replicas")
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                streamlit("app.py", logs / name, VAE_DEMO_FRAMES=f"https://{name}.example")
            )
            for name in ("one", "two")
        }


@contextmanager
def nginx(folder: Path, app1: str, app2: str, seats: int = 150) -> Iterator[Server]:
    """The shipped configuration, with addresses of this machine in place of the services'."""
    port = free_port()
    conf = CONF.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/")
    conf = conf.replace("/dev/stdout", f"{folder}/access")
    conf = conf.replace("limit_conn pages 150;", f"limit_conn pages {seats};")
    for service, url in (("app1", app1), ("app2", app2)):
        conf = conf.replace(f"{service}:8501", url.removeprefix("http://"))
    (folder / "nginx.conf").write_text(conf)
    # As root it would hand its work, uploads too, to a user who can't read this folder.
    user = "user root;" if os.getuid() == 0 else ""
    command = [str(NGINX), "-c", str(folder / "nginx.conf"), "-g", f"daemon off;{user}"]
    with running(command, folder / "log", port, "/health") as server:
        yield server


@pytest.fixture(scope="module")
def door(replicas: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nginx before both replicas."""
    urls = [server.url for server in replicas.values()]
    with nginx(tmp_path_factory.mktemp("nginx"), *urls) as server:
        yield server


def replica_of(headers: dict[str, str]) -> str:
    """Which replica answered."""
    (name,) = re.findall(r"https://(\w+)\.example", headers["content-security-policy"])
    return str(name)


@pytest.mark.long
def test_new_visitors_from_one_address_go_to_either_replica_and_stay(door: Server) -> None:
    seen = set()
    for _ in range(40):  # at random: all to the same one about once in 10^12 times
        _, headers, _ = door.ask("/")
        told = re.fullmatch(
            rf"({COOKIE}=(\w+)); Path=/; HttpOnly; SameSite=Lax", headers["set-cookie"]
        )
        assert told and told[2] == replica_of(headers)
        seen.add(told[2])
        for path in ("/draw", "/_stcore/health"):
            _, headers, _ = door.ask(path, Cookie=f"other=1; {told[1]}")
            assert replica_of(headers) == told[2]
            assert COOKIE not in headers.get("set-cookie", "")
    assert seen == {"one", "two"}


@pytest.mark.long
@pytest.mark.parametrize("name", ["one", "two"])
def test_a_session_lives_in_its_replica(
    door: Server, replicas: dict[str, Server], name: str
) -> None:
    async def visit() -> None:
        async with Visitor(door.url, {"Cookie": f"{COOKIE}={name}"}) as visitor:
            await visitor.open("explore")  # with its files, several megabytes
            assert "explore_part" in visitor.parts and not visitor.errors
            for each, server in replicas.items():
                there = f"\nvae_demo_sessions {float(each == name)}\n"
                # Who was here before may not be quite gone.
                until(lambda there=there, server=server: there in server.ask("/metrics")[2])

    outcome(visit())


@pytest.mark.long
def test_nginx_hides_numbers_packs_files_and_hands_on(door: Server) -> None:
    for path in ("/metrics", "/_stcore/metrics"):
        assert door.ask(path)[0] == 404
    status, headers, html = door.ask("/draw?digit=secret")
    assert status == 200 and re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    assert headers["x-content-type-options"] == "nosniff"
    (script,) = re.findall(r'src="\.(/static/js/index[^"]+)"', html)
    connection = http.client.HTTPConnection(door.url.removeprefix("http://"), timeout=PATIENCE)
    connection.request("GET", script, headers={"Accept-Encoding": "gzip"})
    with connection.getresponse() as answer:
        assert answer.status == 200 and answer.headers["content-encoding"] == "gzip"
        answer.read()
    connection.putrequest("POST", "/_stcore/upload_file/a/b")
    connection.putheader("Content-Length", str(129 * 2**20))
    connection.endheaders()
    with connection.getresponse() as answer:
        assert answer.status == 413
    connection.close()
    lines = [json.loads(line) for line in (door.log.parent / "access").read_text().splitlines()]
    (line,) = [line for line in lines if line["request"] == headers["x-request-id"]]
    assert line["message"] == "GET /draw 200" and line["replica"] == replica_of(headers)


@pytest.mark.long
def test_where_a_replica_is_away_another_takes_its_visitors(
    replicas: dict[str, Server], tmp_path: Path
) -> None:
    with nginx(tmp_path, f"http://127.0.0.1:{free_port()}", replicas["two"].url) as door:
        for name in ("one", "two"):
            status, headers, _ = door.ask("/explore", Cookie=f"{COOKIE}={name}")
            assert status == 200 and replica_of(headers) == "two"


@pytest.mark.long
def test_one_address_has_so_many_places(replicas: dict[str, Server], tmp_path: Path) -> None:
    async def come(url: str) -> None:
        there = url.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(there), connect(there):
            with pytest.raises(InvalidStatus, match="503"):
                await connect(there)
            # What is not an open page is not counted.
            assert (await asyncio.to_thread(door.ask, "/draw"))[0] == 200

    with nginx(tmp_path, *(server.url for server in replicas.values()), seats=2) as door:
        outcome(come(door.url))
