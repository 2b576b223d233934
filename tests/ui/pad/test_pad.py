"""The Gradio pad: its endpoint is the command line's twin, its errors are sentences.

Its server is started as a Gradio Space starts it: from a copy of the repository, by `app_file`.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from packaging.requirements import Requirement
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.support.servers import free_port, running
from vae_demo import runs
from vae_demo.cli import main
from vae_demo.digits import (
    MAX_PICTURE_BYTES,
    REMARKS,
    DrawingError,
    mnist,
    open_picture,
    pictures,
    to_digit,
)
from vae_demo.models import embed_many, reconstruct_many
from vae_demo.runs import RunError
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.pad import gate, page, repairs, serve, view, work
from vae_demo.ui.parts.denoise import data as denoise
from vae_demo.ui.parts.denoise.data import DenoiseSettings
from vae_demo.ui.parts.draw.data import DrawSettings, base64_text, example_digit, pad_picture
from vae_demo.ui.parts.inpaint import data as inpaint

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "deploy" / "pad-space" / "README.md").read_text("utf-8")


# ---- the Space


def front_matter() -> dict[str, str]:
    """The settings that the Space's README begins with."""
    return dict(line.split(": ", 1) for line in README.split("---\n")[1].splitlines())


def test_the_space_runs_a_file_that_is_there_with_a_gradio_that_fits() -> None:
    space = front_matter()
    assert space["sdk"] == "gradio"
    assert (ROOT / space["app_file"]).is_file()
    lines = (ROOT / "requirements-gradio.txt").read_text().splitlines()
    (wanted,) = [Requirement(line) for line in lines if line.startswith("gradio")]
    assert space["sdk_version"] in wanted.specifier


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server writes."""
    return tmp_path_factory.mktemp("log") / "space.log"


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[str]:
    """The URL of the pad, run as a Space runs it, in the folder that `make pad-space` writes."""
    copy = tmp_path_factory.mktemp("space") / "copy"
    subprocess.run(["make", "pad-space", f"FOLDER={copy}"], cwd=ROOT, check=True)
    assert (copy / "README.md").read_text("utf-8") == README
    port = free_port()
    env = {"GRADIO_SERVER_PORT": str(port), "PYTHONPATH": ""}
    command = [sys.executable, front_matter()["app_file"]]
    with running(command, log, port, ready="/", cwd=copy, **env) as server:
        yield server.url


@pytest.fixture(scope="module")
def client(space: str) -> Iterator[Client]:
    """A visitor's program."""
    made = Client(space, verbose=False, analytics_enabled=False)
    yield made
    made.close()


# ---- the endpoint


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A test digit as someone may send it: a larger PNG, black on white."""
    path = tmp_path / "seven.png"
    path.write_bytes(pictures.png(pictures.enlarge(255 - mnist.test_digits().images[0], 10)))
    return path


def test_there_is_one_endpoint(client: Client) -> None:
    found = client.view_api(print_info=False, return_format="dict")
    assert isinstance(found, dict)
    assert list(found["named_endpoints"]) == ["/reconstruct"]
    assert found["unnamed_endpoints"] == {}
    parameters = found["named_endpoints"]["/reconstruct"]["parameters"]
    assert [each["parameter_name"] for each in parameters] == ["image", "run"]


@pytest.mark.parametrize("run", ["vae-20", "dae-500", "ae-conv-20", "cvae-20", "hvae-64"])
def test_it_answers_as_the_command_line_does(
    run: str, client: Client, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "again.png"
    assert main(["reconstruct", run, "--image", str(picture), "--out", str(out), "--json"]) == 0
    numbers, again = client.predict(handle_file(picture), run, api_name="/reconstruct")
    assert numbers == json.loads(capsys.readouterr().out)  # digit for digit
    assert len(numbers["code"]) == runs.find(run).latent
    np.testing.assert_array_equal(np.asarray(Image.open(again)), np.asarray(Image.open(out)))


def test_what_is_seen_in_a_photograph_is_said(client: Client) -> None:
    two = ROOT / "tests" / "data" / "photographs" / "two_1_is4.jpg"
    numbers, _ = client.predict(handle_file(two), "vae-2", api_name="/reconstruct")
    assert numbers["remarks"] == [REMARKS["several"]]


def refused(client: Client, picture: Path | str | dict[str, Any] | None, run: str) -> str:
    """The sentence with which the endpoint refuses."""
    sent = handle_file(picture) if isinstance(picture, Path | str) else picture
    with pytest.raises(AppError) as refusal:
        client.predict(sent, run, api_name="/reconstruct")
    sentence = str(refusal.value)
    assert "Traceback" not in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    "run", ["vae-3", "", "../checkpoints/vae-20", str(ROOT / "checkpoints/vae-20.safetensors")]
)
def test_an_unknown_run_is_one_sentence(run: str, client: Client, picture: Path) -> None:
    """A path is none, either: a visitor must not learn what files the server has."""
    sentence = refused(client, picture, run)
    assert sentence.startswith("unknown run '")
    assert sentence.endswith("; there are: " + ", ".join(runs.available()))


def bomb() -> bytes:
    """A PNG of 100,000 x 100,000 pixels, in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b"")


HOSTILE = {
    "empty": (b"", "it has 0 bytes"),
    "text": (b"no picture", "10 bytes can't be read as a picture"),
    "script": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be read as a picture"),
    "truncated": (pad_picture(mnist.test_digits().images[0])[:300], "damaged or incomplete"),
    "bomb": (bomb(), ">178 megapixels"),
    "large": (pictures.png(np.zeros((6400, 6400), np.uint8)), "41.0 megapixels; the limit is 40"),
    "blank": (pictures.png(np.zeros((50, 50), np.uint8)), "is blank"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_picture_is_one_sentence(case: str, client: Client, tmp_path: Path) -> None:
    content, words = HOSTILE[case]
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    assert words in refused(client, path, "vae-20")


def test_a_picture_is_needed(client: Client) -> None:
    assert "it has 0 bytes" in refused(client, None, "vae-20")


def test_too_many_bytes_are_not_taken(space: str) -> None:
    files = {"files": ("heavy.png", bytes(MAX_PICTURE_BYTES + 1))}
    answer = httpx.post(f"{space}/gradio_api/upload", files=files)
    assert answer.status_code == 413
    assert "exceeded" in answer.text


def test_the_server_fetches_nothing(client: Client) -> None:
    with pytest.raises(AppError, match="fetches nothing from the network"):
        client.predict(
            {"path": "http://127.0.0.1:9/x.png", "meta": {"_type": "gradio.FileData"}},
            "vae-20",
            api_name="/reconstruct",
        )


def test_files_of_the_server_are_out_of_reach(space: str) -> None:
    sent = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    begun = httpx.post(f"{space}/gradio_api/call/reconstruct", json={"data": [sent, "vae-20"]})
    told = httpx.get(f"{space}/gradio_api/call/reconstruct/{begun.json()['event_id']}").text
    assert "event: error" in told
    assert "root:" not in told


@pytest.mark.parametrize(
    "sent",
    [7, True, "x", [1], [[[]]], {}, {"path": 7}, {"path": "a\0b"}]
    + [
        {"path": path, "meta": {"_type": "gradio.FileData"}}
        for path in ("/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "/dev/zero", "")
    ],
    ids=repr,
)
def test_what_is_no_picture_at_all_is_one_sentence(sent: object, space: str) -> None:
    begun = httpx.post(f"{space}/gradio_api/call/reconstruct", json={"data": [sent, "vae-20"]})
    told = httpx.get(f"{space}/gradio_api/call/reconstruct/{begun.json()['event_id']}").text
    assert json.dumps(gate.WRONG_KIND) in told


@pytest.mark.parametrize(
    "address",
    [
        "/pwa_icon/99999",  # it would draw ten gigapixels
        "/gradio_api/file=https://example.org/",
        "/gradio_api/file=http%3A//127.0.0.1:9/",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/proxy=https://x.hf.space/",
        "/gradio_api/component_server",
        "/gradio_api/process_recording",
        "/gradio_api/dev/reload",
        "/monitoring",
        "/nothing",
    ],
)
def test_what_the_pad_has_no_use_for_is_closed(address: str, space: str) -> None:
    assert httpx.get(space + address).status_code == 404
    assert httpx.post(space + address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/gradio_api/file=/etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd"]
)
def test_no_file_of_the_server_is_read(address: str, space: str) -> None:
    answer = httpx.get(space + address)
    assert answer.status_code == 403 and "root:" not in answer.text


def test_what_gradio_can_t_answer_is_a_sentence(space: str, log: Path) -> None:
    before = len(log.read_bytes())
    for path, body in (
        ("run/nothing", {"data": []}),
        ("queue/join", {"data": [], "fn_index": 999, "session_hash": "x"}),
        ("call/nothing", {"data": []}),
    ):
        answer = httpx.post(f"{space}/gradio_api/{path}", json=body)
        assert (answer.status_code, answer.text) == (500, gate.FAILED)
    for path in ("call/reconstruct/nothing", "queue/data?session_hash=nothing"):
        assert httpx.get(f"{space}/gradio_api/{path}").content.endswith(gate.NO_EVENT)
    assert b"Traceback" not in log.read_bytes()[before:]


def test_so_much_and_no_more_is_taken(space: str) -> None:
    heavy = {"data": ["x" * gate.MOST_SENT, "vae-20"]}
    answer = httpx.post(f"{space}/gradio_api/call/reconstruct", json=heavy)
    assert answer.status_code == 413 and "bytes; at most" in answer.text
    unsaid = httpx.post(f"{space}/gradio_api/queue/join", content=iter([b"{}"]))
    assert unsaid.status_code == 411


def taking(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The gate before something that keeps what it is sent, as Gradio does."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))

    async def take(request: Request) -> Response:
        content = await request.body()
        if content == b"refused":
            (folder / "half").write_bytes(content)
            return Response(status_code=400)
        place = folder / content[:1].decode() / "picture.png"
        place.parent.mkdir()
        place.write_bytes(content)
        return JSONResponse([str(place)])

    routes = [Route("/gradio_api/upload", take, methods=["POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(gate.Gate)]))


def test_pictures_on_the_disk_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that a server before this one left count, too."""
    monkeypatch.setattr(gate, "MOST_KEPT", 2 * (gate._BLOCK + 100))
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "old.png").write_bytes(bytes(100))
    here = taking(tmp_path, monkeypatch)
    for sign in b"abc":
        assert here.post("/gradio_api/upload", content=bytes([sign]) * 100).status_code == 200
    assert here.post("/gradio_api/upload", content=b"refused").status_code == 400
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


def test_only_so_many_pictures_come_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "AT_ONCE", 0)
    answer = taking(tmp_path, monkeypatch).post("/gradio_api/upload", content=b"a")
    assert (answer.status_code, list(tmp_path.iterdir())) == (503, [])


# ---- denoise and inpaint


def test_the_parts_are_answered_as_on_their_pages() -> None:
    digit = mnist.test_digits().images[4]
    message = {"serial": 2, "revision": 0, "digit": base64_text(digit.tobytes())}
    noise = message | {"kind": "gaussian", "strength": 0.5, "seed": 3, "mask": None}
    found = json.loads(repairs.denoised(json.dumps({"sent": noise}), "tr"))
    settings = DenoiseSettings("gaussian", 0.5, 3)
    assert found["data"]["results"] == denoise.results(digit, settings, "tr")
    assert found["data"]["serial"] == 2 and found["data"]["pad"]
    assert found["sent"] == noise

    mask = np.zeros((28, 28), bool)
    mask[10:14, 8:20] = True
    painted = message | {"mask": inpaint.LINK["mask"].write(mask)}
    value = repairs.inpainted(json.dumps({"sent": painted}), inpaint.PAINTED, "en")
    data = json.loads(value)["data"]
    assert data["results"] == inpaint.results(digit, mask, "en") and data["painting"]
    again = json.loads(repairs.inpainted(value, "lower-half", "en"))["data"]  # the digit stays
    assert again["digit"] == data["digit"] and again["mask"] != data["mask"]


@pytest.mark.parametrize(
    "value", [None, "", "no JSON", "[" * 10_000, "7", '{"sent": 7}', '{"sent": {"serial": NaN}}']
)
def test_what_is_no_message_shows_the_example(value: str | None) -> None:
    for found in (repairs.denoised(value, "en"), repairs.inpainted(value, "fog", "en")):
        data = json.loads(found)["data"]
        assert data["isExample"] and data["serial"] == 0 and data["results"]


# ---- what follows the hand


def asking(language: str | None, accepted: str = "en-US,en;q=0.9") -> Any:
    """A request from a page at ?lang=language, by a browser of some languages."""
    query = {} if language is None else {"lang": language}
    return SimpleNamespace(query_params=query, headers={"accept-language": accepted})


def drawing(digit: np.ndarray) -> str:
    return base64.b64encode(pad_picture(digit)).decode()


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("tr", "en-US,en;q=0.9", "tr"),
        ("en", "tr-TR", "en"),
        (None, "tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        (None, "tr;q=0.9", "tr"),
        ("de", "de-DE", "en"),
        (None, "", "en"),
    ],
)
def test_the_language(asked: str | None, accepted: str, language: str) -> None:
    assert page.language_of(asking(asked, accepted)) == language


def pictures_in(page: str, testid: str) -> dict[str, np.ndarray]:
    """The pictures of some HTML by their run, as pixels."""
    found = re.findall(
        rf'<img data-testid="{testid}"(?: data-run="([^"]*)")?.*?base64,([^"]+)"', page
    )
    return {run: open_picture(base64.b64decode(content))[..., 0] for run, content in found}


def test_a_drawing_is_seen_as_mnist_sees_it_and_drawn_again() -> None:
    sent = drawing(mnist.test_digits().images[4])
    names = ["vae-20", "ae-conv-20"]
    wall, decoded, strength, *sliders = page.answer(
        asking("en"), sent, names, "none", 0.5, "vae-20"
    )
    digit = to_digit(open_picture(base64.b64decode(sent)))
    np.testing.assert_array_equal(pictures_in(wall, "digit-28")[""], digit)
    drawn = pictures_in(wall, "reconstruction")
    assert list(drawn) == names
    for name, pixels in drawn.items():
        again = reconstruct_many(runs.find(name).build(), digit[None])[0]
        assert np.abs(pixels.astype(int) - again).max() <= 1  # alone or in a batch
    near = np.abs(pictures_in(decoded, "decoded")[""].astype(int) - drawn["vae-20"])
    assert near.max() <= 1  # the sliders hold three decimals
    assert strength["visible"] is False
    code = embed_many(runs.find("vae-20").build(), digit[None])[0]
    for slider in sliders:
        dimension = int(slider["label"].removeprefix("Latent ")) - 1
        assert slider["value"] == pytest.approx(code[dimension], abs=6e-4)
        assert slider["minimum"] <= slider["value"] <= slider["maximum"]


def test_noise_is_seen_and_taken_away() -> None:
    digit = example_digit()
    wall, _, strength, *_ = page.answer(asking("en"), "", ["dae-500"], "dropout", 0.5, "vae-20")
    damaged = pictures_in(wall, "damaged")[""]
    assert (damaged != digit).any()
    error = float(np.square(damaged / 255 - digit / 255).mean())
    told = re.search(r"error (\d\.\d+)", wall)
    assert told is not None
    assert float(told[1]) < error / 2
    assert strength["visible"] is True


def test_a_slider_changes_its_latent_alone() -> None:
    sliders = work.code_sliders(example_digit(), DrawSettings(), "vae-20")
    values = [value for *_, value in sliders.latents]
    values[0] += 1.5
    shown = page.steer(asking("en"), "", "none", 0.5, "vae-20", *values)
    code = sliders.code.copy()
    code[sliders.latents[0][0]] += 1.5
    expected = work.decode_many(runs.find("vae-20").build(), code[None])[0]
    moved = pictures_in(shown, "decoded")[""].astype(int)
    assert np.abs(moved - expected).max() <= 1
    model = runs.find("vae-20").build()
    assert np.abs(moved - reconstruct_many(model, example_digit()[None])).max()


def test_a_run_whose_codes_are_words_draws_but_is_not_steered() -> None:
    told = page.welcome(asking("en"))
    drawing, steered = told[2]["choices"], told[5]["choices"]
    assert set(drawing) - set(steered) == {"vqvae-16"}
    wall, *_ = page.answer(asking("en"), "", ["vqvae-16"], "none", 0.5, "vae-2")
    assert "vqvae-16" in pictures_in(wall, "reconstruction")
    with pytest.raises(RunError, match="has discrete codes"):
        work.code_sliders(example_digit(), DrawSettings(), "vqvae-16")


def test_a_run_of_few_latents_has_few_sliders() -> None:
    _, _, _, *sliders = page.answer(asking("en"), "", [], "none", 0.5, "vae-2")
    assert [slider["visible"] for slider in sliders] == [True] * 2 + [False] * 10


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("no base64!", "unreadable"),
        (base64.b64encode(b"no picture").decode(), "unreadable"),
        (base64.b64encode(bomb()).decode(), "too_large"),
        ("A" * (2**20 + 4), "too_heavy"),
        (base64.b64encode(pictures.png(np.zeros((280, 280), np.uint8))).decode(), "empty"),
    ],
    ids=["signs", "text", "bomb", "heavy", "blank"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_drawing_is_a_sentence_in_the_visitors_language(
    sent: str, code: str, language: str
) -> None:
    with pytest.raises(DrawingError) as refusal:
        work.prepare(sent)
    assert refusal.value.code == code
    with pytest.raises(gr.Error) as told:
        page.answer(asking(language), sent, ["vae-20"], "none", 0.5, "vae-20")
    words = catalogue(language)[f"error.drawing.{code}"]
    assert told.value.message == words.format(**refusal.value.details)


def test_a_run_is_named_not_addressed(tmp_path: Path) -> None:
    copy = shutil.copy(runs.library.SHIPPED / "pca-20.safetensors", tmp_path / "mine.safetensors")
    with pytest.raises(RunError, match="unknown run"):
        work.model(str(copy))
    with pytest.raises(gr.Error, match="There is no run with this name"):
        page.steer(asking("en"), "", "none", 0.5, str(copy))


def test_a_saved_run_that_is_written_anew_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs.library, "SAVED", tmp_path)
    path = tmp_path / "mine.safetensors"
    shutil.copy(runs.library.SHIPPED / "pca-20.safetensors", path)
    assert work.model("mine")[0] == runs.find("pca-20").model["name"]
    path.write_bytes((runs.library.SHIPPED / "vae-2.safetensors").read_bytes())
    assert work.model("mine")[0] == "vae"
    path.write_bytes(b"damaged")
    assert "mine" not in work.names()
    assert "vae-20" in work.names()


@pytest.mark.parametrize(
    ("typed", "taken"), [(0.7, 0.7), (99, 2.0), (-99.5, -1.0), (None, 0.5)], ids=repr
)
def test_a_slider_takes_any_number_that_is_typed(typed: float | None, taken: float) -> None:
    assert gr.Slider(-1, 2, 0.5).preprocess(typed) == taken


def test_where_there_is_no_run_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "available", dict)
    with pytest.raises(gr.Error) as told:
        page.welcome(asking("tr"))
    assert told.value.message == catalogue("tr")["error.no_runs"]


def test_names_of_runs_are_no_html() -> None:
    made = view.figure(example_digit(), "<b>", "en", testid="x", run='"><script>')
    assert "<b>" not in made
    assert "<script>" not in made


# ---- the command


def test_help_needs_neither_gradio_nor_torch() -> None:
    code = (
        "import sys\nfrom vae_demo.ui.pad.serve import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'torch', 'gradio', 'streamlit'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--host" in done.stdout
    assert "--port" in done.stdout


def test_without_gradio_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in [name for name in sys.modules if name.startswith("vae_demo.ui.pad.")]:
        monkeypatch.delitem(sys.modules, name)
    assert serve.main([]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "install requirements-gradio.txt" in captured.err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_a_bad_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        serve.main([f"--port={port}"])
    assert end.value.code == 2
    assert "is not a port" in capsys.readouterr().err


def test_what_is_sent_is_nobody_elses_and_goes_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rights = []

    def visit(*_: object) -> None:
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        rights.append(folder.stat().st_mode & 0o777)
        (folder / "picture.png").touch()
        assert list(tmp_path.iterdir()) == [folder]
        signal.raise_signal(signal.SIGTERM)  # as an operator ends it

    monkeypatch.setattr(page, "serve", visit)
    with pytest.raises(SystemExit):
        serve.main([])
    assert rights == [0o700]
    assert list(tmp_path.iterdir()) == []
    assert "GRADIO_TEMP_DIR" not in os.environ


def test_what_is_sent_stays_where_an_operator_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(page, "serve", lambda *_: (tmp_path / "picture.png").touch())
    assert serve.main([]) == 0
    assert (tmp_path / "picture.png").exists()


@pytest.mark.long
def test_a_port_that_is_taken_is_one_line(space: str) -> None:
    command = [sys.executable, "-m", "vae_demo.ui.pad", "--port", space.rsplit(":", 1)[1]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("the pad can't be served: ")


def test_a_refusal_leaves_no_traceback_in_the_log(client: Client, picture: Path, log: Path) -> None:
    before = len(log.read_bytes())
    refused(client, picture, "vae-3")
    assert b"Traceback" not in log.read_bytes()[before:]
