"""The encoder of captions: a small network that says of each word what it is in its sentence.

`python -m vae_demo.captions.training` trains it on the sentences of `sentences.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as _serialise
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from vae_demo.captions.caption import (
    KINDS,
    NUMBER,
    OTHER,
    TAGS,
    UNKNOWN,
    Caption,
    asked,
    caption,
)
from vae_demo.captions.named_digits import settled
from vae_demo.captions.vocabulary import (
    asks_for,
    is_ordinary,
    leans,
    may_negate,
    plain_side,
)
from vae_demo.captions.words import BUCKETS, Word, groups, split
from vae_demo.shipped import shipped

FILE = shipped("checkpoints") / "captions" / "encoder.safetensors"
_CLOCKWISE = {"clockwise", "saat", "saatin", "yonunun", "yonun", "yonunde", "yonune"}
_REVERSING = {"counter", "anti", "tersine", "tersi", "ters", "aksine", "aksi"}
_SIDES = {"sides", "yandan", "yandaki", "yanlardan", "yanindan", "yanlarindan"}
_PRESSED = (
    *("squash", "squish", "squeez", "press", "flatten", "pinch", "bastir", "basil", "basik"),
    *("ezil", "sikis"),
)  # beginnings of words
_SIZE = 32  # numbers that stand for a word
_CONTEXT = 48  # numbers that stand for what is on each side of it

Words = Int[Tensor, "batch words groups"]


class CaptionEncoder(nn.Module):
    """Each word is the mean of a vector for each of its groups of letters.

    A gated recurrent unit in each direction adds the context: that "not" or "değil" is nearby,
    that "one" is not a digit after "seven", that "wide" is said of strokes. A linear layer gives
    the scores. Groups of letters in place of words are from Bojanowski et al. 2017, "Enriching Word
    Vectors with Subword Information"; recurrent units that tag words, from Huang et al. 2015.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(BUCKETS, _SIZE, mode="mean", padding_idx=0)
        self.context = nn.GRU(_SIZE, _CONTEXT, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(_SIZE + 2 * _CONTEXT, len(TAGS) + 1)

    def forward(
        self, words: Words, lengths: Int[Tensor, " batch"]
    ) -> tuple[Float[Tensor, "batch words tags"], Float[Tensor, "batch words"]]:
        """Logits of the tags of each word, and of whether "very" belongs to it.

        Args:
            words: The numbers of each word's groups of letters; 0 where there are fewer.
            lengths: The number of words of each sentence, at least 1.
        """
        alone = self.bag(words.flatten(0, 1)).unflatten(0, words.shape[:2])
        alone = F.dropout(alone, 0.2, self.training)
        packed = pack_padded_sequence(alone, lengths, batch_first=True, enforce_sorted=False)
        context, _ = pad_packed_sequence(
            self.context(packed)[0], batch_first=True, total_length=words.shape[1]
        )
        scores = self.scores(torch.cat([alone, F.dropout(context, 0.2, self.training)], 2))
        return scores[..., :-1], scores[..., -1]


def batch(sentences: Sequence[Sequence[str]]) -> tuple[Words, Int[Tensor, " batch"]]:
    """The input of the encoder for sentences of folded words, none of them empty."""
    numbers = [[groups(word) for word in sentence] for sentence in sentences]
    most = max(len(sentence) for sentence in numbers)
    widest = max(len(word) for sentence in numbers for word in sentence)
    filled = np.zeros((len(numbers), most, widest), np.int64)
    for row, sentence in zip(filled, numbers, strict=True):
        for cells, word in zip(row, sentence, strict=False):
            cells[: len(word)] = word
    return torch.from_numpy(filled), torch.tensor([len(sentence) for sentence in numbers])


@torch.inference_mode()
def read_caption(text: str, encoder: CaptionEncoder | None = None) -> Caption:
    """What a text in English or Turkish, or in both, asks for.

    Args:
        text: Up to `LONGEST` characters; words of other languages are not understood.
        encoder: None for the shipped one.

    Raises:
        ValueError: if the text is longer, or the encoder's file is missing or damaged.
    """
    words = split(text)
    if not words:
        return caption([], [], [])
    scores, very = (encoder or shipped_encoder())(*batch([[word.folded for word in words]]))
    tags = checked(words, [TAGS[i] for i in scores[0].argmax(1)])
    return caption(words, tags, (very[0] > 0).tolist())


def checked(words: Sequence[Word], tags: Sequence[str]) -> list[str]:
    """The tags of words, without mistakes that need no judgement of a sentence.

    A digit in figures is that digit, unless another one takes its place: "not 7 but 8". Words that
    look like none that the network has learned are unknown. And "thick" can mean thin only in a
    clause that may negate it.
    """
    kinds = {tag for tag in tags if tag in KINDS}
    negated = {
        clause: may_negate([word.folded for word in words if word.clause == clause])
        for clause in {word.clause for word in words}
    }
    found = []
    for word, tag in zip(words, tags, strict=True):
        if word.number:
            refused = tag == OTHER and kinds - {word.number}
            tag = word.number if word.number in KINDS else NUMBER
            tag = OTHER if refused and tag != NUMBER else tag
        elif not word.folded.isascii():
            tag = UNKNOWN
        elif tag == OTHER:
            tag = tag if is_ordinary(word.folded) else UNKNOWN
        elif asked(tag):
            tag = _checked_side(word.folded, tag, negated[word.clause])
        found.append(tag)
    found = _turned(words, settled(words, found))
    return _one_slant(words, found, any(negated.values()))


def _checked_side(word: str, tag: str, negated: bool) -> str:
    """The tag of a folded word that asks for a side."""
    plain = plain_side(word)
    if not plain:
        return tag if asks_for(word, tuple(asked(tag))) else UNKNOWN
    return plain if not negated and set(asked(plain)) == set(asked(tag)) else tag


def _one_slant(words: Sequence[Word], tags: list[str], negated: bool) -> list[str]:
    """The tags, where "italic" asks for a slant if nothing else says to which side."""
    said = [i for i, tag in enumerate(tags) if "slant" in asked(tag)]
    lean = {i for i, word in enumerate(words) if word.folded in leans()}
    if any(tags[i] != "slant0" for i in said if i not in lean):  # "leaning back": "back" says it
        said = [i for i in said if i in lean or _refused_side(words[i], tags[i])]
        return [OTHER if i in said else tag for i, tag in enumerate(tags)]
    if not said and not negated:
        for i in lean:
            tags[i] = plain_side(words[i].folded) or tags[i]
    return tags


def _turned(words: Sequence[Word], tags: list[str]) -> list[str]:
    """The tags, where what another word of the clause turns round is so.

    "Counter-clockwise" and "saat yönünün tersine" are to the left, and what is squashed from the
    sides is narrow.
    """
    for i, word in enumerate(words):
        for k, other in enumerate(words):
            if other.clause != word.clause:
                continue
            if word.folded in _REVERSING and other.folded in _CLOCKWISE:
                if tags[k] in ("slant+", "slant0", OTHER):
                    tags[k], tags[i] = "slant-", OTHER
            elif word.folded in _SIDES and other.folded.startswith(_PRESSED):
                tags[k], tags[i] = "width-", OTHER
    return tags


def _refused_side(word: Word, tag: str) -> bool:
    """Whether a word is the side that is refused in "not left but right"."""
    return tag == "slant0" and plain_side(word.folded) in ("slant+", "slant-")


@functools.cache
def shipped_encoder() -> CaptionEncoder:
    """The shipped encoder, shared by all callers.

    Raises:
        ValueError: if its file is missing or damaged.
    """
    return load_encoder(FILE)


def load_encoder(path: Path) -> CaptionEncoder:
    """Read an encoder's file.

    Raises:
        ValueError: if it is missing or damaged.
    """
    try:
        encoder = CaptionEncoder()
        with safe_open(path, "pt") as file:
            tags = (file.metadata() or {}).get("tags")
            weights = {name: file.get_tensor(name).float() for name in encoder.state_dict()}
        encoder.load_state_dict(weights)
        if tags != ",".join(TAGS):
            raise ValueError("its tags are not those of vae_demo.captions.caption")
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as an encoder of captions: {reason}") from None
    return encoder.eval()


def dumps(encoder: CaptionEncoder) -> bytes:
    """The bytes of an encoder's file, with weights in half precision."""
    weights = {name: weight.half() for name, weight in encoder.state_dict().items()}
    return _serialise(weights, {"tags": ",".join(TAGS)})
