"""What the server adds to Streamlit: health, metrics, logs, headers, limits, failures reported."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.client
import importlib
import itertools
import json
import logging
import os
import re
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from email.message import Message as Head
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.file_util import get_static_dir
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.servers import Server, outcome, streamlit, until
from tests.support.visitor import Visitor
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import ModelConfig
from vae_demo.training.config import TrainConfig
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.server import (
    app,
    compression,
    cookie,
    health,
    metrics,
    page_html,
    session_limit,
    uploads,
    visitor_files,
    web,
)
from vae_demo.ui.server.compression import StaticCompression, first_files
from vae_demo.ui.server.headers import DOCUMENT_HEADERS, REQUEST_ID, SECURITY_HEADERS
from vae_demo.ui.server.logs import JsonFormatter, request_id, start_request
from vae_demo.ui.server.trainings import TrainingJobs

SECRET = "a secret of the server"
NUMBER = "[0-9a-f]{6}"
NOBODY = Request({"type": "http", "method": "GET", "path": "/ready", "headers": []})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as the public gets it."""
    with streamlit("app.py", tmp_path_factory.mktemp("serve") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page that fails on request, served the same way."""
    log = tmp_path_factory.mktemp("failing") / "log"
    with streamlit("tests/apps/serve_failing.py", log) as server:
        yield server


def visiting(server: Server, act: Callable[[Visitor], Awaitable[Any]]) -> Any:
    """What a visitor's act gives."""

    async def visit() -> Any:
        async with Visitor(server.url) as visitor:
            return await act(visitor)

    return outcome(visit())


def lines(server: Server) -> list[dict[str, Any]]:
    """The log; every line of it must be JSON."""
    return [json.loads(line) for line in server.log.read_text("utf-8").splitlines()]


def numbers(server: Server) -> dict[str, float]:
    """What /metrics says, by name and labels."""
    status, headers, text = server.ask("/metrics")
    assert status == 200 and headers["content-type"].startswith("text/plain; version=")
    return {
        ",".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# ---- addresses


def test_it_is_healthy_and_ready(server: Server) -> None:
    assert server.ask("/health")[::2] == (200, "ok")
    status, headers, text = server.ask("/ready")
    assert status == 200 and headers["content-type"] == "application/json"
    assert json.loads(text) == dict.fromkeys(("start", "digits", "runs", "disk"), "ok")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
def test_no_files_are_watched(server: Server) -> None:
    """To watch them all, an environment in .venv included, would double the time of the start."""
    visiting(server, lambda visitor: visitor.open("home"))
    opened = Path(f"/proc/{server.process.pid}/fd").iterdir()
    assert not [link for link in opened if "inotify" in os.path.realpath(link)]


def fetched(server: Server, path: str, **headers: str) -> tuple[int, Head, bytes]:
    """Status, headers and bytes of an answer, as they travel."""
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_one_thread_computes_a_page_unless_the_operator_wants_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for given, used in ((None, "1"), ("3", "3")):
        with monkeypatch.context() as environment:
            environment.delenv("OMP_NUM_THREADS")
            if given:
                environment.setenv("OMP_NUM_THREADS", given)
            importlib.reload(app)
            assert os.environ["OMP_NUM_THREADS"] == used


def test_scripts_and_styles_travel_packed(server: Server) -> None:
    page = server.ask("/")[2]
    named = re.findall(r'(?:src|href)="\.(/static/[^"]+\.(?:js|css))"', page)
    ahead = [f"/{name}" for name in first_files()]
    for element in ("Html", "ButtonGroup", "BidiComponent", "PageLink", "Button"):
        assert any(path.startswith(f"/static/js/{element}.") for path in ahead), element
    assert set(named) == set(ahead)  # those of the elements are named by `page_html`
    for path in [*named[:5], ahead[0]]:
        _, plain, whole = fetched(server, path)
        assert "content-encoding" not in plain
        # Through a proxy: see `test_a_browser_on_this_machine_does_not_wait_for_compression`.
        asked = {"Accept-Encoding": "gzip, br", "X-Forwarded-For": "192.0.2.1"}
        packed = [fetched(server, path, **asked) for _ in range(2)]
        for status, headers, body in packed:
            assert (status, headers["content-encoding"]) == (200, "gzip")
            assert gzip.decompress(body) == whole and len(body) < len(whole)
            assert int(headers["content-length"]) == len(body)
            for name in ("content-type", "cache-control", "last-modified"):
                assert headers[name] == plain[name]
            assert headers["vary"] == "Accept-Encoding"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["etag"] == f"W/{plain['etag']}"  # other bytes, the same content
        assert packed[0][1][REQUEST_ID] != packed[1][1][REQUEST_ID]
        # Who has it already, or wants a piece, gets the same as ever.
        known = {"Accept-Encoding": "gzip", "If-None-Match": headers["etag"]}
        assert fetched(server, path, **known)[0] == 304
        piece = fetched(server, path, **{"Accept-Encoding": "gzip", "Range": "bytes=10-19"})
        assert (piece[0], piece[2]) == (206, whole[10:20])


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("", ("shell", "copy_link", "home")),
        ("draw", ("shell", "copy_link", "draw")),
        ("compare", ("shell", "copy_link")),
    ],
)
def test_a_page_names_what_it_will_ask_for(server: Server, page: str, parts: list[str]) -> None:
    text = server.ask(f"/{page}")[2]
    named = re.findall(r'<link rel="modulepreload" crossorigin href="\./([^"]+)">', text)
    needed = [web.imported_modules(f"parts/{part}/part.js") for part in parts]
    addresses = [web.module_address(name) for name in dict.fromkeys(itertools.chain(*needed))]
    assert named[-len(addresses) :] == addresses
    for name in named:
        status, headers, _ = fetched(server, f"/{name}")
        assert status == 200 and "immutable" in headers["cache-control"]


def test_a_page_says_where_its_server_is_and_what_that_server_says(server: Server) -> None:
    """Streamlit's script needs two of these to open its WebSocket without asking for them."""
    text = server.ask("/draw?lang=tr")[2]
    script = re.search(r"window.__streamlit \?\?= (.*?);</script>", text)
    assert script and 'BACKEND_BASE_URL: new URL("./", location.href).href' in script[1]
    host = json.loads(script[1].partition("HOST_CONFIG: ")[2].removesuffix("}"))
    asked = json.loads(server.ask("/_stcore/host-config")[2])
    assert host["allowedOrigins"] and host["useExternalAuthToken"] is False
    assert host == {name: asked[name] for name in host}


def test_a_page_has_its_language_and_title_before_any_script_runs(server: Server) -> None:
    turkish, english = "Uygulamalı Otokodlayıcılar", "Autoencoders by Hand"
    chosen = {"Cookie": f"{cookie.LANGUAGE}=tr", "Accept-Language": "en-GB"}
    for path, headers, language, title in (
        ("/draw?lang=tr", {}, "tr", turkish),
        ("/draw", {"Accept-Language": "tr-TR,tr"}, "tr", turkish),
        ("/", chosen, "tr", turkish),
        ("/?lang=en", chosen, "en", english),
    ):
        # As an earlier version's visitor asks, whose copy has nothing of this.
        old = {"If-None-Match": '"x"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        status, given, plain = fetched(server, path, **headers, **old)
        assert status == 200 and "etag" not in given and "last-modified" not in given
        text = plain.decode()
        assert f'<html lang="{language}">' in text and f"<title>{title}</title>" in text
        assert "favicon.png" not in text
        packed = fetched(server, path, **headers, **{"Accept-Encoding": "gzip"})
        assert packed[1]["content-encoding"] == "gzip" and gzip.decompress(packed[2]) == plain
        assert int(packed[1]["content-length"]) == len(packed[2]) < len(plain)


def test_an_address_below_a_page_leads_to_the_page(server: Server) -> None:
    for path, page in (("/draw/7", "../draw"), ("/draw/a/b?runs=vae-2", "../../draw?runs=vae-2")):
        host = server.url.removeprefix("http://")
        with contextlib.closing(http.client.HTTPConnection(host)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            assert (answer.status, answer.headers["location"]) == (302, page)


def test_the_site_may_lie_below_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's option server.baseUrlPath holds for the app's own routes and pages, too."""
    part = web.module_address("parts/draw/part.js")
    with TestClient(Starlette(routes=app.routes("/site/"))) as browser:
        for path in ("/health", "/site/health", f"/site/{part}", f"/{part}"):
            assert browser.get(path).status_code == 200
    monkeypatch.setattr(page_html.st, "get_option", {"server.baseUrlPath": "site"}.get)
    assert page_html.below_site("/site/draw") == "draw"
    assert page_html.below_site("/site/") == page_html.below_site("/site") == ""
    assert page_html.below_site("/site/draw/7") == "draw/7"


def test_a_module_of_the_app_runs_before_streamlits(server: Server) -> None:
    for path in ("/", "/draw?lang=tr"):
        modules = re.findall(r'<script type="module"[^>]* src="./([^"]+)"', server.ask(path)[2])
        assert modules[0] == web.module_address("parts/shell/first.js")
        assert modules[1].startswith("static/js/index.")
        assert server.ask(f"/{modules[0]}")[0] == 200


def test_only_what_never_changes_is_packed_and_kept() -> None:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        forever = {"Cache-Control": "public, immutable"} if "hashed" in request.url.path else {}
        status = 404 if "missing" in request.url.path else 200
        return PlainTextResponse(f"answer {len(asked)} " * 100, status, forever)

    app = Starlette(
        routes=[Route("/{path:path}", answer, methods=["GET", "POST"])],
        middleware=[Middleware(StaticCompression)],
    )
    here = TestClient(app)
    kept = "/static/js/hashed.js"
    assert here.get(kept).text == here.get(kept).text == "answer 1 " * 100
    for path in (
        "/static/js/a.js",
        "/static/js/missing.hashed.js",
        "/static/media/hashed.woff2",
        "/hashed.js",
        "/static/js//hashed.js",  # another spelling, of which there are any number
        "//static/js/hashed.js",
    ):
        first, second = here.get(path), here.get(path)
        assert first.text != second.text and "content-encoding" not in second.headers
    assert here.post(kept).text == f"answer {len(asked)} " * 100
    plain = here.get(kept, headers={"Accept-Encoding": "identity"})
    assert plain.text == f"answer {len(asked)} " * 100 and "content-encoding" not in plain.headers
    assert here.get(kept).headers["content-encoding"] == "gzip"


def test_a_browser_on_this_machine_does_not_wait_for_compression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compression, "_first", {})
    monkeypatch.setattr(compression, "_unsent", set())
    monkeypatch.setattr(compression, "scripts_asked", threading.Event())
    monkeypatch.setattr(compression, "scripts_sent", threading.Event())
    files = Starlette(routes=[Mount("/", StaticFiles(directory=get_static_dir()))])
    packing = StaticCompression(with_forever(files))
    compression.read_first_files()
    name = compression.page_files()[0]
    whole = Path(get_static_dir(), name).read_bytes()
    here = TestClient(packing, client=("127.0.0.1", 50000))
    elsewhere = TestClient(packing, client=("192.0.2.1", 50000))
    proxy = {"X-Forwarded-For": "192.0.2.1"}
    ways = ((here, {}, False), (here, proxy, True), (elsewhere, {}, True))
    for client, headers, packed in ways:
        answer = client.get(name, headers=headers)
        assert answer.content == whole and ("content-encoding" in answer.headers) == packed
        assert "immutable" in answer.headers["cache-control"]
    assert compression.scripts_asked.is_set() and not compression.scripts_sent.is_set()
    compression.compress_first_files()
    for client, headers, _ in ways:
        answer = client.get(name, headers=headers)
        assert answer.content == whole and answer.headers["content-encoding"] == "gzip"
    for other in compression.page_files():
        here.get(other)
    assert compression.scripts_sent.is_set()


def with_forever(app: ASGIApp) -> ASGIApp:
    """The same answers, which may be kept for ever, as Streamlit says of its hashed files."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"cache-control", b"public, immutable"))
            await send(message)

        await app(scope, receive, sending)

    return answering


def test_what_a_visitor_left_half_way_is_not_kept_in_halves() -> None:
    """One who goes on before a page is whole must not spoil its scripts for all others."""
    script = b"export const everything = 1;" * 1000
    head = [(b"cache-control", b"immutable"), (b"content-length", str(len(script)).encode())]
    breaks = [True, False]

    async def files(scope: Scope, receive: Receive, send: Send) -> None:
        """As servers do: the rest of a file is not read for a visitor who is gone."""
        await send({"type": "http.response.start", "status": 200, "headers": list(head)})
        await send({"type": "http.response.body", "body": script[:100], "more_body": True})
        await receive()
        with contextlib.suppress(TimeoutError):
            gone = await asyncio.wait_for(receive(), 0.05)
            assert gone["type"] == "http.disconnect"
            return
        if scope["path"].endswith("broken.js") and breaks.pop(0):
            return
        await send({"type": "http.response.body", "body": script[100:]})

    async def leaves() -> Message:
        return {"type": "http.disconnect"}

    async def nobody(message: Message) -> None:
        pass

    packing = StaticCompression(files)
    here = TestClient(packing)
    scope = {"type": "http", "method": "GET", "path": "/static/js/left.js", "headers": ()}
    outcome(packing({**scope, "headers": [(b"accept-encoding", b"gzip")]}, leaves, nobody))
    assert here.get("/static/js/left.js").content == script
    here.get("/static/js/broken.js")
    assert here.get("/static/js/broken.js").content == script


def test_it_is_not_ready_without_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise mnist.DataError(SECRET)

    monkeypatch.setattr(mnist, "load", fail)
    answer = health.ready(NOBODY)
    assert answer.status_code == 503
    assert json.loads(answer.body)["digits"] == health.DAMAGED
    assert SECRET not in bytes(answer.body).decode()


def test_it_is_not_ready_without_a_shipped_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runs.library, "SHIPPED", tmp_path)
    assert json.loads(health.ready(NOBODY).body)["runs"] == health.DAMAGED
    (tmp_path / "vae-2.safetensors").write_bytes(b"no run")
    answer = health.ready(NOBODY)
    assert answer.status_code == 503
    assert json.loads(answer.body)["runs"] == health.DAMAGED


def test_a_full_disk_is_told_but_sends_nobody_away(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tempfile.TemporaryFile

    def full(dir: Path) -> object:
        if dir == visitor_files.FOLDER:
            raise OSError(28, "No space left on device")
        return real(dir=dir)

    visitor_files.FOLDER.mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    health.warm_up().join()
    answer = health.ready(NOBODY)
    assert answer.status_code == 200
    assert "can't be saved" in json.loads(answer.body)["disk"]


def test_metrics_follow_visitors_and_trainings(server: Server) -> None:
    async def train(visitor: Visitor) -> dict[str, float]:
        await visitor.open("train")
        await visitor.press("train_first_step")
        return numbers(server)

    before = numbers(server)
    assert before["vae_demo_sessions"] == 0
    found = visiting(server, train)
    assert found["vae_demo_sessions"] == 1
    assert sum(found[f"vae_demo_trainings,{s}"] for s in ("queued", "running", "paused")) == 1
    assert found["vae_demo_errors_total"] == before["vae_demo_errors_total"]
    if sys.platform == "linux":
        assert found["process_resident_memory_bytes"] > 1e8


@pytest.mark.usefixtures("small_world")
def test_trainings_are_counted_until_they_are_over_and_then_by_outcome() -> None:
    def ended(outcome: str) -> float:
        return (
            REGISTRY.get_sample_value("vae_demo_trainings_ended_total", {"outcome": outcome}) or 0
        )

    now, manager, config = (
        metrics.LiveMetrics(),
        TrainingJobs(cores=1),
        ModelConfig("ae-shallow", 2),
    )
    assert now.trainings() == {"queued": 0, "running": 0, "paused": 0}
    before = ended("finished"), ended("stopped")
    first, second = (manager.submit(config, TrainConfig(1000, 100)) for _ in range(2))
    now.follow(manager, first)
    now.follow(manager, second)
    until(lambda: now.trainings() == {"queued": 1, "running": 1, "paused": 0})
    first.pause()
    until(lambda: now.trainings() == {"queued": 0, "running": 1, "paused": 1})
    first.stop()
    second.stop()
    until(lambda: (ended("finished"), ended("stopped")) == (before[0], before[1] + 2))
    now.follow(manager, manager.submit(config, TrainConfig(1, 100)))
    until(lambda: ended("finished") == before[0] + 1)
    assert now.trainings() == {"queued": 0, "running": 0, "paused": 0}


# ---- headers and numbers


@pytest.mark.parametrize("path", ["/", "/draw", "/health", "/metrics", "/_stcore/health"])
def test_every_answer_has_the_headers(server: Server, path: str) -> None:
    status, headers, _ = server.ask(path)
    assert status == 200
    wanted = SECURITY_HEADERS | DOCUMENT_HEADERS
    assert headers.items() >= {k.lower(): v for k, v in wanted.items()}.items()
    assert "https://huggingface.co" in headers["content-security-policy"]
    assert re.fullmatch(NUMBER, headers["x-request-id"])


def test_a_file_that_is_no_document_has_no_headers_of_documents(server: Server) -> None:
    _, headers, _ = server.ask(f"/{web.module_address('parts/draw/part.js')}")
    assert headers.items() >= {k.lower(): v for k, v in SECURITY_HEADERS.items()}.items()
    assert not {name.lower() for name in DOCUMENT_HEADERS} & headers.keys()


def test_a_proxy_s_number_is_kept_and_nonsense_is_not(server: Server) -> None:
    assert server.ask("/health", **{"X-Request-ID": "from-nginx_1"})[1]["x-request-id"] == (
        "from-nginx_1"
    )
    for bad in ("a b", "x" * 65, '{"level": "ERROR"}'):
        assert re.fullmatch(
            NUMBER, server.ask("/health", **{"X-Request-ID": bad})[1]["x-request-id"]
        )


# ---- failures


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("what", ["callback", "page", "part"])
def test_whatever_fails_says_a_number_that_the_log_knows(
    failing: Server, what: str, language: str
) -> None:
    async def press(visitor: Visitor) -> list[str]:
        await visitor.open("", f"lang={language}")
        assert visitor.errors == []
        await visitor.press(what)
        return visitor.errors

    (said,) = visiting(failing, press)
    (found,) = re.findall(NUMBER, said)
    assert said == catalogue(language)["error.page"].format(number=found)
    (line,) = [line for line in lines(failing) if line["request"] == found]
    assert line["level"] == "ERROR"
    assert SECRET in line["message"] and found in line["message"]
    assert "Traceback" in line["error"] and SECRET in line["error"]


def test_a_request_that_fails_says_its_number(failing: Server) -> None:
    before = numbers(failing)["vae_demo_errors_total"]
    status, headers, text = failing.ask("/broken")
    found = headers["x-request-id"]
    assert status == 500 and found in text and SECRET not in text
    assert headers["x-content-type-options"] == "nosniff"
    until(lambda: numbers(failing)["vae_demo_errors_total"] > before)  # logged after the answer
    told = [line for line in lines(failing) if line["request"] == found]
    assert any(SECRET in line.get("error", "") for line in told)


def test_every_line_of_the_log_is_json(server: Server, failing: Server) -> None:
    for each in (server, failing):
        found = lines(each)
        assert found[0]["message"] == "serving"
        assert "127.0.0.1" not in each.log.read_text("utf-8")  # who came is nobody's business
        for line in found:
            assert line.keys() - {"error"} == {"time", "level", "logger", "message", "request"}


def test_a_line_holds_whatever_the_message_holds() -> None:
    start_request("abc123")
    try:
        raise ValueError("over\ntwo lines")
    except ValueError as error:
        trouble = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("some", logging.ERROR, "", 0, 'a "%s"\n', ("ğ",), trouble)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["message"], line["request"], line["level"]) == ('a "ğ"\n', "abc123", "ERROR")
    assert line["error"].endswith("ValueError: over\ntwo lines")


def test_each_run_has_a_number_of_its_own() -> None:
    first = start_request()
    assert re.fullmatch(NUMBER, first)
    assert request_id() == first
    assert start_request() != first


# ---- what visitors send


def test_the_oldest_uploads_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever visitors upload, the server holds no more than so many bytes of it."""
    monkeypatch.setattr(uploads, "MAX_UPLOADED_BYTES", 250)
    held: dict[tuple[str, str], bytes] = {}
    refused = False

    async def take(request: Request) -> Response:
        place = request.path_params["session"], request.path_params["file"]
        if refused or request.headers["x-xsrftoken"] != "valid":
            return Response(status_code=403)
        if request.method == "PUT":
            held[place] = await request.body()
        else:
            del held[place]
        return Response(status_code=204)

    route = Route("/_stcore/upload_file/{session}/{file}", take, methods=["PUT", "DELETE"])
    app = Starlette(routes=[route], middleware=[Middleware(uploads.UploadLimit)])
    here = TestClient(app)

    def send(session: str, file: str) -> None:
        path = f"/_stcore/upload_file/{session}/{file}"
        here.put(path, content=bytes(100), headers={"X-Xsrftoken": "valid"})

    for session, file in (("a", "1"), ("b", "2"), ("a", "1"), ("a", "3")):
        send(session, file)
    assert sorted(held) == [("a", "1"), ("a", "3")]
    refused = True
    for _ in range(5):
        send("b", "4")
    assert sorted(held) == [("a", "1"), ("a", "3")]


# ---- how many may be here


def test_who_finds_no_place_reads_so_and_comes_in_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_limit, "MAX_SESSIONS", 2)

    async def stay(socket: WebSocket) -> None:
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await socket.receive_text()

    async def page(request: Request) -> Response:
        return PlainTextResponse("a page")

    routes = [WebSocketRoute("/_stcore/stream", stay), Route("/{path:path}", page)]
    here = TestClient(Starlette(routes=routes, middleware=[Middleware(session_limit.SessionLimit)]))
    refused = "vae_demo_sessions_refused_total"
    before = REGISTRY.get_sample_value(refused) or 0
    with here.websocket_connect("/_stcore/stream"):
        with here.websocket_connect("/_stcore/stream"):
            with (
                pytest.raises(WebSocketDisconnect) as told,
                here.websocket_connect("/_stcore/stream"),
            ):
                pass
            assert told.value.code == 1013
            for path, accepted, language in (
                ("/", "", "en"),
                ("/explore?z=1", "tr-TR,tr;q=0.9", "tr"),
                ("/draw?lang=tr", "en", "tr"),
            ):
                answer = here.get(path, headers={"accept-language": accepted})
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
                assert catalogue(language)["frame.full"].format(most=2) in answer.text
            for path in ("/health", "/static/js/index.js", "/_stcore/host-config"):
                assert here.get(path).text == "a page"
            assert (REGISTRY.get_sample_value(refused) or 0) - before == 4
        assert here.get("/explore").text == "a page"
        with here.websocket_connect("/_stcore/stream"):
            pass


@pytest.mark.long
def test_a_server_that_is_full_says_so(tmp_path: Path) -> None:
    """As a whole: the page that is open goes on, the next one reads a sentence."""
    with streamlit("app.py", tmp_path / "log", VAE_DEMO_SESSIONS="1") as server:

        async def visit(visitor: Visitor) -> None:
            await visitor.open("explore")
            status, headers, text = await asyncio.to_thread(server.ask, "/draw")
            assert status == 503 and catalogue("en")["frame.full"].format(most=1) in text
            assert headers["x-content-type-options"] == "nosniff"
            async with Visitor(server.url) as other:
                with pytest.raises(OSError, match="503"):
                    await other.open("draw")
            with pytest.raises(InvalidStatus):
                await connect(server.url.replace("http", "ws", 1) + "/_stcore/stream")
            await visitor.open("morph")
            assert not visitor.errors

        visiting(server, visit)
        told = server.ask("/metrics")[2]
        assert "vae_demo_sessions_most 1.0" in told
        assert "vae_demo_sessions_refused_total 3.0" in told
        until(lambda: server.ask("/draw")[0] == 200)
