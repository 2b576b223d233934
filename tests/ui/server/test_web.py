"""Modules and files over HTTP, and the visitor's cookie."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vae_demo.ui.server import cookie, web
from vae_demo.ui.server.cookie import VisitorCookie, is_token
from vae_demo.ui.server.visitors import Visitors


async def page(request: Request) -> Response:
    return HTMLResponse("a page", headers={"Cache-Control": "no-cache"})


IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
APP = Starlette(
    routes=[*web.ROUTES, Route("/{path:path}", page)], middleware=[Middleware(VisitorCookie)]
)


@pytest.fixture
def browser() -> TestClient:
    """One that does not keep cookies by itself, and takes what it is sent as it comes."""
    return TestClient(APP, cookies=None)


def test_every_module_is_served_for_ever_and_compressed_and_imports_what_there_is(
    browser: TestClient,
) -> None:
    for name, content in web.modules().items():
        answer = browser.get(f"/{web.module_address(name)}")
        assert answer.content == content.raw
        assert answer.headers["content-type"].startswith(content.media_type)
        assert answer.headers["cache-control"] == web.IMMUTABLE
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "set-cookie" not in answer.headers
        for path in IMPORT.findall(content.raw.decode()):
            assert urljoin(name, path) in web.modules()


def test_a_module_is_asked_for_in_every_way(browser: TestClient) -> None:
    name = "parts/draw/part.js"
    address, raw = f"/{web.module_address(name)}", web.modules()[name].raw
    plain = browser.get(address, headers={"Accept-Encoding": "identity"})
    assert plain.content == raw and "content-encoding" not in plain.headers
    packed = browser.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert packed.content == raw and packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(raw, 6, mtime=0)) < len(raw)
    for answer in (plain, packed):
        known = browser.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    head = browser.head(address)
    assert head.status_code == 200 and head.content == b""
    piece = browser.get(address, headers={"Range": "bytes=0-9"})  # may be answered as a whole
    assert (piece.status_code, piece.content) == (200, raw)
    assert browser.post(address).status_code == 405
    old = browser.get(address.replace(web.version(), "0" * 16))
    assert (old.content, old.headers["cache-control"]) == (raw, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        *("parts/draw/none.js", "server/web.py", "parts/draw/part.py", "", "/etc/passwd"),
        *("../server/web.py", "parts/%2e%2e/server/web.py", "parts/draw/..%2f..%2fmain.py"),
        *("parts/draw/part.js/", "parts//draw/part.js", "parts/draw/part.js%00"),
    ],
)
def test_nothing_else_is_served(browser: TestClient, path: str) -> None:
    answer = browser.get(f"/web/{web.version()}/{path}")
    assert b"import" not in answer.content
    assert answer.status_code == 404 or answer.text == "a page"


def test_a_file_is_there_until_others_take_its_place(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "FILES", web.Files(max_bytes=2500))
    noise = bytes(range(256)) * 4
    urls = [web.FILES.offer(f"key{i}", noise + bytes([i]))["url"] for i in range(2)]
    assert browser.get(f"/{urls[0]}").content == noise + b"\0"
    urls.append(web.FILES.offer("key2", noise)["url"])  # the least recently used makes room
    assert [browser.get(f"/{url}").status_code for url in urls] == [200, 404, 200]
    gone = browser.get(f"/{urls[1]}")
    assert gone.headers["cache-control"] == "no-store" and "reload the page" in gone.text


def given(answer: Response) -> tuple[str, str]:
    """The token of an answer's cookie, and its attributes."""
    found = re.fullmatch(rf"{cookie.NAME}=([\w-]+); (.*)", answer.headers["set-cookie"])
    assert found is not None
    return found[1], found[2]


def test_the_cookie_comes_with_pages_and_is_the_same_again(browser: TestClient) -> None:
    token, attributes = given(browser.get("/"))  # type: ignore[arg-type]
    assert is_token(token)
    assert attributes == f"Path=/; Max-Age={cookie.DAYS * 86400}; HttpOnly; SameSite=Lax"
    sent = {"Cookie": f'a[b]=1; x={{"y"}}; {cookie.NAME}={token}'}
    assert given(browser.get("/draw", headers=sent))[0] == token  # type: ignore[arg-type]
    assert browser.get("/").headers["cache-control"] == "private, no-cache"
    https = browser.get("/", headers=sent | {"X-Forwarded-Proto": "https, http"})
    assert given(https)[1].endswith("HttpOnly; SameSite=None; Secure; Partitioned")  # type: ignore[arg-type]
    assert "set-cookie" not in browser.post("/").headers


@pytest.mark.parametrize(
    "value", ["", "short", "x" * 23, "x" * 10_000, "../../../etc/passwd..", "a b", '"', "é" * 22]
)
def test_a_cookie_of_another_form_is_replaced(browser: TestClient, value: str) -> None:
    header = f"{cookie.NAME}={value}".encode()
    token, _ = given(browser.get("/", headers={"Cookie": header}))  # type: ignore[arg-type, dict-item]
    assert is_token(token) and token != value


def test_a_made_up_token_of_the_right_form_finds_nobody_s_runs() -> None:
    visitors = Visitors()
    known = visitors.find(None)
    visitors.mark_active(known)
    other = visitors.find(cookie.new_token())
    assert other is not known and other.own_runs == {} and other.job is None
    assert visitors.find(other.token) is other  # its second tab
