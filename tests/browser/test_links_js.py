"""Links in the browser: engine/links.js reads and writes every field as Python does."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from vae_demo.digits import mnist
from vae_demo.ui.frame.link_fields import (
    FIELDS,
    TABLE,
    Choice,
    Code,
    Digit,
    Field,
    Integer,
    Mask,
    Names,
    Number,
    Text,
    read_link,
    write_link,
)

RNG = np.random.default_rng(3)
NUMBERS = [0.0625, 0.1875, -0.0625, 0.5, -0.0, 1e-9, 2.675, 1.0005, 123456.789, -7.0, 1e30]
STRANGE = [
    *("", " ", "0", "-0", "+1", "1.", ".5", "1e2", "1E-2", "1e999", "-1e999", "1e99999", "0x10"),
    *("nan", "inf", "Infinity", "1_0", "٣", "1 ", "1\n", "7.9", "-3", "9" * 40, "9" * 41, "true"),
    *("1,2", "1,", ",", "a,b", "1,nan", "0.5,-1.25,0", "1e5,1", "null", "none", "dropout", "fit,x"),
    *("!", "a", "AB", "AAAA", "AA==", "_-" * 30, "A" * 131, "A" * 16_001, "é" * 131, "x" * 101),
    *("_", "_!", "_gA", "_gICAgAE", "_AAEC", "__38B", "_gICAQA", "_" + "AAEC" * 30),
    *("AP8A_wD_AA8", "\0", "__proto__", "constructor", "a b", "vae-2,vae-2,ae-20", "%"),
    *("caf\u00e9", "cafe\u0301", "cafe\u0301,caf\u00e9", "e\u0301" * 60),
]


def values_of(field: Field) -> list[Any]:
    """Many values of a kind of field."""
    match field:
        case Number(low, high):
            return [*RNG.uniform(low - 0.1, high + 0.1, 60).tolist(), *NUMBERS]
        case Integer(low, high):
            return [low, high, low - 1, high + 1, *RNG.integers(low, high, 20).tolist()]
        case Choice(options):
            return [*(options or ()), "vae-2", "a b"]
        case Names(options):
            return [[], [*(options or ("a b", "vae-2", "x.y_z"))], [*(options or ("one",))][:1]]
        case Code():
            codes = [RNG.normal(size=size, scale=3) for size in (1, 2, 20, 500)]
            return [code.astype(np.float32) for code in (*codes, np.array(NUMBERS[:-1]))]
        case Digit():
            flat = [np.full((28, 28), value, np.uint8) for value in (0, 1, 255)]
            return [*mnist.probe().images[:40], *flat]
        case Mask():
            return [RNG.random((28, 28)) < share for share in (0, 0.1, 0.5, 1)]
        case Text(longest):
            return ["a b", "é\u0301😀" * longest, "😀" * (longest + 1)]
    raise TypeError(field)


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value.ravel().tolist() if isinstance(value, np.ndarray) else value


def test_every_field_is_written_and_read_as_in_python(in_module: Callable[..., Any]) -> None:
    table = json.loads(TABLE.read_text())
    typed = {"code": "Float32Array", "digit": "Uint8Array", "mask": "Uint8Array"}
    alike = {  # fields of several pages that have the same kind, bounds and default
        json.dumps(table[page][name], sort_keys=True): (page, name, field)
        for page, fields in FIELDS.items()
        for name, field in fields.items()
    }
    tasks = [
        {
            "page": page,
            "name": name,
            "typed": typed.get(table[page][name]["kind"]),
            "values": [plain(value) for value in values_of(field)],
        }
        for page, name, field in alike.values()
    ]
    script = """({ table, tasks, strange }) => tasks.map(({ page, name, typed, values }) => {
        const fields = table[page];
        const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value, Number) : value);
        const read = (...texts) =>
            plain(m.readLink(fields, new URLSearchParams(texts.map((text) => [name, text])))[name]);
        const written = values.map((value) => {
            const made = typed ? globalThis[typed].from(value) : value;
            return m.writeLink(fields, { [name]: made })[name];
        });
        return {
            written,
            again: written.map((text) => (text === null ? read() : read(text))),
            strange: strange.map((text) => read(text)),
            twice: strange.map((text, i) => read(text, strange.at(i - 1))),
        };
    })"""
    argument = {"table": table, "tasks": tasks, "strange": STRANGE}
    found = in_module("engine/links.js", f"return ({script})(a)", argument)
    for task, browser in zip(tasks, found, strict=True):
        page, name = task["page"], task["name"]

        def read(*texts: str, page: str = page, name: str = name) -> Any:
            return plain(read_link(page, {name: texts})[name])

        written = [write_link(page, {name: revived(page, name, v)})[name] for v in task["values"]]
        assert browser["written"] == written, (page, name)
        again = [read(text) if text is not None else read() for text in written]
        assert browser["again"] == again, (page, name)
        assert browser["strange"] == [read(text) for text in STRANGE], (page, name)
        twice = [read(text, STRANGE[i - 1]) for i, text in enumerate(STRANGE)]
        assert browser["twice"] == twice, (page, name)


def revived(page: str, name: str, value: Any) -> Any:
    """A value as Python holds it."""
    match FIELDS[page][name]:
        case Code():
            return np.array(value, np.float32)
        case Digit():
            return np.array(value, np.uint8).reshape(28, 28)
        case Mask():
            return np.array(value, bool).reshape(28, 28)
    return value
