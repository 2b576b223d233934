"""Bits back: digits become a file that a visitor downloads, step by step, and decodes again."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vae_demo.digits import mnist, pictures
from vae_demo.repair.compress.bits_back import neg_elbo
from vae_demo.repair.compress.bits_files import (
    HEADER,
    SUFFIX,
    BitsError,
    Compressed,
    compress_in_steps,
    decompress_in_steps,
)
from vae_demo.repair.compress.networks import network
from vae_demo.repair.compress.rates import BITS_BACK
from vae_demo.ui.charts.compression import stack_heights
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import count, n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.chart.part import own_chart_spec, show_chart
from vae_demo.ui.parts.repairs.measured import show_table

MOST = 1000  # digits that the page decodes
SHOWN = 5  # digits whose steps are shown
MEASURED = 20  # digits whose −ELBO is measured
SAMPLES, SEED = 4, 0  # of z for −ELBO
WORDS = ("digit", "bits", "borrowed", "pixels", "code")  # of the chart
COLUMNS = ("digit", "borrowed", "ink", "levels", "code", "net")  # of the table


@dataclass(frozen=True, eq=False)
class CodedFile:
    """A compressed file, and what is known of it."""

    found: Compressed
    bound: float  # mean −ELBO of the last digits, bits a digit
    own: float  # what these digits take in the file, bits a digit
    same: bool  # whether it was decoded bit for bit


def bits_back_part(digit: np.ndarray) -> None:
    """Compress test digits and this one, (28, 28) uint8; show the steps and offer the file."""
    section("compress_back", t("compress.back"), t("compress.back.about"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        how_many = pick(
            t("compress.count"),
            FIELDS["compress"]["count"].options,
            show=lambda text: n(int(text), 0),
            key="count",
            page="compress",
        )
        model = pick(
            t("compress.model"),
            BITS_BACK,
            show=lambda name: t(f"compress.method.{name}"),
            key="model",
            page="compress",
        )
    coded = _coded(digit, int(how_many), model)
    _sizes(coded, int(how_many))
    _steps(coded.found)
    st.download_button(
        t("compress.download", size=n(len(coded.found.raw), 0)),
        data=coded.found.raw,
        file_name=f"digits{SUFFIX}",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key="compress_file",
    )
    with st.expander(t("compress.decode"), key="compress_decode"):
        decode_part()


def _sizes(coded: CodedFile, how_many: int) -> None:
    words = {
        "digits": count("digits", how_many),
        "bits": n(coded.found.bits / how_many, 1),
        "pixel": n(coded.found.bits / how_many / 784, 3),
        "header": n(8 * HEADER, 0),
        "own": n(coded.own, 1),
        "bound": n(coded.bound, 1),
        "apart": n(100 * abs(coded.own / coded.bound - 1), 2),
    }
    if how_many == 1:
        st.info(t("compress.sizes.one", **words))
    else:
        st.info(t("compress.sizes", **words))
    if coded.same:
        st.success(t("compress.same"), icon=":material/check:")
    else:
        st.error(t("compress.differs"))


def _steps(found: Compressed) -> None:
    shown = found.digits[:SHOWN]
    show_chart(
        own_chart_spec(
            stack_heights,
            [(each.borrowed, each.ink + each.levels, each.code) for each in shown],
            {word: t(f"compress.stack.{word}") for word in WORDS},
        ),
        key="compress_stack",
        alt=t("compress.stack.alt"),
    )
    rows = [
        (
            str(i + 1),
            n(-each.borrowed) if each.borrowed else "–",
            *(n(bits) for bits in (each.ink, each.levels, each.code, each.net)),
        )
        for i, each in enumerate(shown)
    ]
    show_table([t(f"compress.column.{name}") for name in COLUMNS], rows)


def _coded(digit: np.ndarray, how_many: int, model: str) -> CodedFile:
    """Test digits, and this one as the last, compressed and decoded again; kept for the visitor."""
    place = st.empty()  # always there, so that what follows keeps its state
    asked = digit.tobytes(), how_many, model
    kept: tuple[object, CodedFile] | None = st.session_state.get("compress_coded")
    if kept is None or kept[0] != asked:
        kept = asked, _code(digit, how_many, model, place)
        st.session_state["compress_coded"] = kept
    return kept[1]


def _code(digit: np.ndarray, how_many: int, model: str, place: DeltaGenerator) -> CodedFile:
    every = np.concatenate([mnist.test_digits().images[: how_many - 1], digit[None]])
    bar = place.progress(0.0)
    for step in compress_in_steps(every, network(model)):
        if isinstance(step, int):
            bar.progress(0.3 * step / how_many, t("compress.compressing"))
        else:
            found = step
    for decoded in decompress_in_steps(found.raw):
        if isinstance(decoded, tuple):
            bar.progress(0.3 + 0.7 * decoded[0] / how_many, t("compress.decoding"))
        else:
            again = decoded
    bar.empty()
    last = every[1:][-MEASURED:] if how_many > 1 else every
    bound = float(neg_elbo(last, network(model), SAMPLES, SEED).mean())
    nets = [each.net for each in found.digits[-len(last) :]]
    return CodedFile(found, bound, float(np.mean(nets)), bool(np.array_equal(again, every)))


def decode_part() -> None:
    """Decode a file that a visitor uploads, and offer its digits."""
    file = st.file_uploader(t("compress.upload"), key="compress_bits")
    if not file:
        return
    bar = st.progress(0.0)
    try:
        for step in decompress_in_steps(file.getvalue()):
            if isinstance(step, tuple):
                done, total = step
                if total > MOST:
                    bar.empty()
                    st.error(t("compress.error.many", count=n(total, 0), most=n(MOST, 0)))
                    return
                bar.progress(done / total, t("compress.decoding"))
            else:
                found = step
    except BitsError as error:
        st.error(t(f"compress.error.{error.reason}"))
        return
    finally:
        bar.empty()
    st.success(t("compress.decoded", digits=count("digits", len(found))), icon=":material/check:")
    sheet = pictures.tile(found[:100], min(20, len(found)), scale=2, gap=2)
    st.image(pictures.png(sheet), caption=t("compress.sheet"))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=found)
    st.download_button(
        t("compress.download.npz"),
        data=buffer.getvalue(),
        file_name="digits.npz",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key="compress_npz",
    )
