"""A client for Streamlit's protocol, which simulates a visitor without a browser.

It opens pages, downloads the files of their parts, presses buttons, sends the messages of parts,
and requests live fragments at their intervals. It does not compute what a browser computes.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import http.client
import json
import re
import time
import urllib.error
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 120  # seconds to wait for an answer
_STATIC_FILE = re.compile(r'(?:src|href)="\./(static/[^"]+)"')
_BASE = re.compile(r'new URL\("(web/[^"]+/)"')  # in the lines that mount a browser part
_MODULE = re.compile(r'"([\w/.-]+\.(?:js|css))"')  # what they load, below that base
_IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


class Dropped(Exception):
    """The server closed the connection or did not answer."""


class Visitor:
    """One open page.

    Like a browser, it asks for gzip, keeps its cookies, and asks only once for each file.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url, self.headers = url, headers or {}
        self.parts: dict[str, dict[str, Any]] = {}  # the data of each browser part, by its key
        self.errors: list[str] = []  # the sentences shown as errors
        self.bytes = 0  # received so far
        self.cookies: dict[str, str] = {}
        self._ids: dict[str, str] = {}  # of the elements that have a key
        self._fragments: dict[str, str] = {}  # the live part in which an element is
        self._states: dict[str, WidgetState] = {}
        self._files: set[str] = set()  # the addresses of the files that have come
        self._wanted: dict[str, None] = {}  # the addresses of those that this page needs
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        self._page = self._query = ""
        self._whole = asyncio.Event()
        self._part = asyncio.Event()
        self._gone = False
        self._ticking: list[asyncio.Task[None]] = []
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_ticking()
        if self._socket:
            await self._socket.close()
        if self._reader:
            await self._reader
        self._connection.close()

    async def open(self, page: str, query: str = "") -> float:
        """Go to a page, the first time as a new visitor; seconds until it has all its files."""
        start = time.perf_counter()
        if self._socket is None:
            await asyncio.to_thread(self._fetch_app, page)
            address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
            self._socket = await connect(
                address,
                subprotocols=["streamlit"],  # type: ignore[list-item]
                additional_headers=self._all_headers(),
                max_size=None,
                open_timeout=PATIENCE,
            )
            self._reader = asyncio.create_task(self._read())
        self._page, self._query = "", query
        self._states.clear()
        await self._run(page=page)
        await asyncio.to_thread(self._fetch_files)
        return time.perf_counter() - start

    async def press(self, key: str) -> float:
        """Press a button; seconds until the page has answered."""
        pressed = WidgetState(id=self._ids[key], trigger_value=True)
        return await self._run(pressed, fragment=self._fragments[key])

    def choose(self, key: str, choice: str) -> None:
        """Choose from a select box; the choice is sent together with the next message."""
        self._states[self._ids[key]] = WidgetState(id=self._ids[key], string_value=choice)

    async def enter(self, key: str, value: int) -> float:
        """Type a whole number; seconds until the page has answered."""
        return await self._keep(key, WidgetState(id=self._ids[key], int_value=value))

    async def send(self, key: str, **state: Any) -> float:
        """Send the message of a browser part; seconds until the page has answered."""
        return await self._keep(key, WidgetState(id=self._ids[key], json_value=json.dumps(state)))

    async def _keep(self, key: str, state: WidgetState) -> float:
        self._states[state.id] = state
        return await self._run(fragment=self._fragments[key])

    async def _run(self, *once: WidgetState, page: str = "", fragment: str = "") -> float:
        start = time.perf_counter()
        done = self._part if fragment else self._whole
        done.clear()
        await self._ask(*once, page=page, fragment=fragment)
        try:
            await asyncio.wait_for(done.wait(), PATIENCE)
        except TimeoutError:
            raise Dropped(f"no answer within {PATIENCE} s") from None
        if self._gone:
            raise Dropped("the connection was closed")
        return time.perf_counter() - start

    async def _ask(
        self, *once: WidgetState, page: str = "", fragment: str = "", auto: bool = False
    ) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.query_string = page, self._query
        asked.page_script_hash = "" if page else self._page
        asked.fragment_id, asked.is_auto_rerun = fragment, auto
        asked.widget_states.widgets.extend([*self._states.values(), *once])
        asked.context_info.locale = "en-GB"
        assert self._socket
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed:
            raise Dropped("the connection was closed") from None

    async def _read(self) -> None:
        assert self._socket
        try:
            async for raw in self._socket:
                assert isinstance(raw, bytes)
                self.bytes += len(raw)
                self._take(ForwardMsg.FromString(raw))
        except ConnectionClosed:
            pass
        finally:
            self._gone = True
            self._whole.set()
            self._part.set()
            self._stop_ticking()

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session" if not message.metadata.run.fragment_ids:
                self._stop_ticking()
                self._ids.clear()
                self._fragments.clear()
                self.parts.clear()
                self._wanted.clear()
                self.errors.clear()
            case "navigation":
                self._page = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "auto_rerun":
                self._ticking.append(asyncio.create_task(self._tick(message.auto_rerun)))
            case "delta":
                self._see(message)
            case "script_finished":
                status = message.script_finished
                if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return
                self._part.set()
                if status != ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                    self._whole.set()

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message)
        if kind == "alert" and element.alert.format == Alert.ERROR:
            self.errors.append(element.alert.body)
        found = getattr(element, kind) if kind else None
        name = getattr(found, "id", "")  # $$ID-a hash-the key
        if name.count("-") < 2:
            return
        key = name.split("-", 2)[2]
        self._ids[key], self._fragments[key] = name, message.delta.fragment_id
        if kind == "bidi_component":
            component = element.bidi_component
            for base in _BASE.findall(component.js_content):
                names = _MODULE.findall(component.js_content)
                self._wanted |= dict.fromkeys(base + name for name in names)
            if component.json:
                (self.parts[key],) = json.loads(component.json)
                self._wanted |= dict.fromkeys(_files_in(self.parts[key]))

    async def _tick(self, live: Any) -> None:
        """Request a live fragment at its interval."""
        with contextlib.suppress(Dropped):
            while True:
                await asyncio.sleep(live.interval)
                await self._ask(fragment=live.fragment_id, auto=True)

    def _stop_ticking(self) -> None:
        for task in self._ticking:
            task.cancel()
        self._ticking.clear()

    def _fetch_app(self, page: str) -> None:
        """Download the page and its static files, as a browser does before it connects."""
        html = self._get(page).decode()
        for address in _STATIC_FILE.findall(html):
            self._get(address)

    def _fetch_files(self) -> None:
        """Download the modules and files of this page that are still missing."""
        wanted = list(self._wanted)
        for address in wanted:  # grows while it is read
            if address in self._files:
                continue
            raw = self._get(address)
            self._files.add(address)
            if address.endswith(".js"):
                wanted += [urljoin(address, path) for path in _imports(raw)]

    def _get(self, address: str) -> bytes:
        try:
            answer = self._ask_for(address)
        except (http.client.RemoteDisconnected, ConnectionError):  # an idle one has been closed
            self._connection.close()
            answer = self._ask_for(address)
        with answer:
            raw = answer.read()
            if answer.status != 200:
                raise urllib.error.HTTPError(
                    f"{self.url}/{address}", answer.status, answer.reason, answer.headers, None
                )
            for cookie in answer.headers.get_all("Set-Cookie", ()):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            packed = answer.headers.get("Content-Encoding") == "gzip"
        self.bytes += len(raw)
        return gzip.decompress(raw) if packed else raw

    def _ask_for(self, address: str) -> http.client.HTTPResponse:
        self._connection.request("GET", f"/{address}", headers=self._all_headers())
        return self._connection.getresponse()

    def _all_headers(self) -> dict[str, str]:
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        cookies += [self.headers["Cookie"]] if "Cookie" in self.headers else []
        headers = self.headers | {"Accept-Encoding": "gzip"}
        return headers | ({"Cookie": "; ".join(cookies)} if cookies else {})


@functools.lru_cache
def _imports(module: bytes) -> list[str]:
    """The relative paths that a module imports."""
    return _IMPORT.findall(module.decode())


def _files_in(data: Any) -> list[str]:
    """The addresses of all files in a part's data, each as {"key": ..., "url": ...}."""
    if isinstance(data, list):
        return [url for each in data for url in _files_in(each)]
    if not isinstance(data, dict):
        return []
    own = [data["url"]] if {"key", "url"} <= data.keys() else []
    return own + [url for each in data.values() for url in _files_in(each)]
