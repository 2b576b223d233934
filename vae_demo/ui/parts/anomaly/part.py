"""The Anomaly page's part: a picture, its reconstruction, its score, and the verdict."""

from __future__ import annotations

import json

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vae_demo.digits import mnist
from vae_demo.models.network_file import file_key
from vae_demo.repair.anomaly import RUN, SCORES, share_above, threshold
from vae_demo.repair.evidence import Evidence, evidence
from vae_demo.repair.reference import SHIPPED, reference
from vae_demo.repair.strange import STRANGE
from vae_demo.ui.charts.scores import score_histogram
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.parts.anomaly.data import anomaly_data, read_message
from vae_demo.ui.parts.anomaly.state import anomaly_session, write_address
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.chart.part import own_chart_spec, show_chart
from vae_demo.ui.parts.digit_choice.source import digit_source
from vae_demo.ui.parts.draw.data import PAD_TEXTS
from vae_demo.ui.parts.draw.part import sentence
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.number.part import Bounds, number, set_number
from vae_demo.ui.parts.repairs.measured import show_table
from vae_demo.ui.server.shared_cache import shared

_ANOMALY = browser_part("anomaly")
_KEY = "anomaly_part"

TEXTS = ("seen", "rebuilt", "by", "difference", "left_out", "added")
SETS = FIELDS["anomaly"]["set"].options
RATES = FIELDS["anomaly"]["alarms"].options  # accepted shares of false alarms, percent
METHODS = ("autoencoder", "pca", "autoencoder-by-ink", "pca-by-ink")  # of the ten classes
WORDS = ("score", "digits", "limit", "picture")  # of the chart
COLUMNS = ("score", "value", "limit", "above", "verdict")  # of the table of all scores
EXAMPLE = ("letters", 0)  # set and position of what is shown while there is no drawing or upload


def show_strange(kind: str, at: int) -> None:
    """Choose a strange picture; for callbacks."""
    st.session_state["source"], st.session_state["set"] = "strange", kind
    set_number("at", at)


def choose_picture() -> tuple[str, np.ndarray | None]:
    """The source of the picture, and the picture (28, 28) uint8 if it is not on the pad."""
    source, digit = digit_source("anomaly", anomaly_session(), t("anomaly.whole"))
    if source != "strange":
        return source, digit
    kind = pick(
        t("anomaly.set"),
        SETS,
        show=lambda name: t(f"anomaly.set.{name}"),
        key="set",
        page="anomaly",
        box=True,
    )
    last = len(strange_pictures(kind)) - 1
    at = linked(
        "anomaly",
        "at",
        lambda: number(t("anomaly.at", last=last), Bounds(0, last), key="at"),
    )
    return source, strange_pictures(kind)[int(at)]


def anomaly_part(source: str, given: np.ndarray | None) -> np.ndarray:
    """Show a picture, its reconstruction and where they differ; returns the picture."""
    session = anomaly_session()
    session.receive(read_message(part_state(_KEY, "message")))
    own = session.drawn if source == "pad" else given if source == "upload" else None
    kind, at = EXAMPLE
    picture = strange_pictures(kind)[at] if given is None else given
    if own is not None:
        picture = own
    write_address(own, several=session.several(source))
    is_example = own is None and given is None
    drawing = session.picture
    _ANOMALY(
        key=_KEY,
        data=anomaly_data(
            text=_texts(),
            pixels=picture,
            evidence=_evidence(picture.tobytes()),
            note=t("anomaly.example") if is_example else t("anomaly.size"),
            problem=sentence(session.problem) if session.problem and source == "pad" else "",
            pad=source == "pad",
            picture=ArrayFile(file_key(drawing), drawing).offer()["url"] if drawing else None,
            serial=session.serial,
        ),
        on_message_change=lambda: None,
        height="content",
    )
    return picture


def _texts() -> dict[str, object]:
    pad = {name: t(f"draw.pad.{name}") for name in PAD_TEXTS}
    pad |= {"label": t("anomaly.pad.label"), "hint": t("anomaly.pad.hint")}
    return {name: t(f"anomaly.part.{name}", run=RUN) for name in TEXTS} | {"pad": pad}


def verdict(source: str, picture: np.ndarray, place: DeltaGenerator) -> float:
    """Show the score among those of digits, the threshold's control and, in `place`, the verdict.

    Returns the accepted share of false alarms.
    """
    left, right = st.columns([2, 3], gap="large")
    with left:
        name = pick(
            t("anomaly.score"),
            list(SCORES),
            show=lambda name: t(f"anomaly.score.{name}"),
            key="score",
            page="anomaly",
            box=True,
        )
        st.caption(t(f"anomaly.score.{name}.about"))
        rate = pick(
            t("anomaly.alarms"),
            RATES,
            show=lambda percent: t("frame.percent", percent=n(float(percent), 1)),
            key="alarms",
            page="anomaly",
            help=t("anomaly.alarms.help"),
        )
        score, limit = scores(picture)[name], threshold(name, float(rate) / 100)
    with place:
        _say(picture, name, score, limit, several=anomaly_session().several(source))
    with right:
        show_chart(
            own_chart_spec(
                score_histogram,
                reference().scores[name],
                limit,
                score,
                {word: t(f"anomaly.chart.{word}") for word in WORDS},
            ),
            key="anomaly_chart",
            alt=t("anomaly.chart.alt", score=n(score, 2), limit=n(limit, 2)),
            revision=name,
        )
    return float(rate) / 100


def _say(picture: np.ndarray, name: str, score: float, limit: float, *, several: bool) -> None:
    """The verdict, and its reason; of one of several marks no verdict on the whole picture."""
    strange = score > limit
    numbers = t(
        "anomaly.verdict.numbers",
        score=n(score, 2),
        limit=n(limit, 2),
        above=_above(name, score),
    )
    found = _evidence(picture.tobytes())
    row, column = found.place
    reason = t(
        "anomaly.reason",
        percent=n(100 * found.left_out, 0),
        rest=n(100 - 100 * found.left_out, 0),
        place=t(f"anomaly.place.{3 * row + column}"),
    )
    kind = "strange" if strange else "digit"
    doubtful = strange or several
    say = st.warning if doubtful else st.success
    icon = ":material/help:" if doubtful else ":material/check:"
    lead = f"**{t(f'anomaly.verdict.{kind}')}**"
    if several:
        lead = f"**{t('anomaly.several')}** {t(f'anomaly.several.{kind}')}"
    say(f"{lead} {numbers} {reason}", icon=icon)


def all_scores(picture: np.ndarray, rate: float) -> None:
    """A table of all scores of a picture, with thresholds for a share of false alarms."""
    lines = []
    for name, score in scores(picture).items():
        limit = threshold(name, rate)
        kind = "strange" if score > limit else "digit"
        found = (n(score, 2), n(limit, 2), _above(name, score), t(f"anomaly.verdict.{kind}"))
        lines.append((t(f"anomaly.score.{name}"), *found))
    show_table([t(f"anomaly.column.{name}") for name in COLUMNS], lines)


def _above(name: str, score: float) -> str:
    """The share of held-out digits that are at least as strange."""
    share = float(share_above(name, np.array([score]))[0])
    return t("frame.percent", percent=n(100 * share, 2))


def eight_sets() -> None:
    """How well each score tells eight sets of strange pictures from digits, as measured."""
    st.markdown(t("anomaly.sets.lead"))
    found = measured()["eight_sets"]
    kinds = list(SETS)
    lines = [
        (
            t(f"anomaly.score.{name}"),
            *(n(100 * row["auroc"][kind], 1) for kind in kinds),
            n(100 * row["mean"], 1),
        )
        for name, row in found["scores"].items()
    ]
    heads = [t("anomaly.column.score"), *(t(f"anomaly.set.{kind}") for kind in kinds)]
    show_table([*heads, t("anomaly.column.mean")], lines)
    rows = found["scores"]
    best, before, after = rows[next(iter(SCORES))], rows["neg-elbo"], rows["neg-elbo-png"]
    st.caption(
        t(
            "anomaly.sets.about",
            digits=n(found["digits"], 0),
            before=n(100 * before["mean"], 1),
            after=n(100 * after["mean"], 1),
            alarms=n(100 * best["alarms"], 2),
            training=n(100 * best["alarms_by_training"], 2),
        )
    )


def ten_classes() -> None:
    """How well each method tells one digit from the nine others, as measured."""
    means = {name: n(100 * row["mean"], 1) for name, row in measured()["ten_classes"].items()}
    st.markdown(
        t(
            "anomaly.classes.about",
            pca=means["pca"],
            ae=means["autoencoder"],
            pca_ink=means["pca-by-ink"],
            ae_ink=means["autoencoder-by-ink"],
        )
    )
    found = measured()["ten_classes"]
    lines = [
        (
            t(f"anomaly.method.{name}"),
            *(n(100 * area, 1) for area in row["auroc"]),
            n(100 * row["mean"], 1),
        )
        for name, row in found.items()
    ]
    show_table(
        [t("anomaly.column.normal"), *map(str, range(10)), t("anomaly.column.mean")],
        lines,
    )


@st.cache_resource(show_spinner=False)
def measured() -> dict:
    """The results of `benchmarks/anomaly.py`."""
    found: dict = json.loads(SHIPPED.with_name("results.json").read_text("utf-8"))
    return found


def scores(picture: np.ndarray) -> dict[str, float]:
    """All scores of a picture (28, 28) uint8."""
    return _scores(picture.tobytes())


@shared(max_entries=len(STRANGE))
def strange_pictures(name: str) -> np.ndarray:
    """A set of strange pictures, (1000, 28, 28) uint8, made of the probe."""
    found = STRANGE[name](mnist.probe(), 0)
    return found[np.arange(len(mnist.probe())) % len(found)]


@shared(max_entries=512)
def _scores(pixels: bytes) -> dict[str, float]:
    picture = _picture(pixels)[None]
    return {name: float(score(picture)[0]) for name, score in SCORES.items()}


@shared(max_entries=512)
def _evidence(pixels: bytes) -> Evidence:
    return evidence(_picture(pixels))


def _picture(pixels: bytes) -> np.ndarray:
    return np.frombuffer(pixels, np.uint8).reshape(28, 28)
