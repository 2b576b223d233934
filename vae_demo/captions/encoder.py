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

from vae_demo.captions.caption import KINDS, NUMBER, OTHER, TAGS, UNKNOWN, Caption, caption
from vae_demo.captions.vocabulary import is_ordinary
from vae_demo.captions.words import BUCKETS, groups, split
from vae_demo.shipped import shipped

FILE = shipped("checkpoints") / "captions" / "encoder.safetensors"
_SIZE = 32  # numbers that stand for a word
_CONTEXT = 48  # numbers that stand for what is on each side of it

Words = Int[Tensor, "batch words groups"]


class CaptionEncoder(nn.Module):
    """Each word is the mean of a vector for each of its groups of letters.

    A gated recurrent unit in each direction adds the context: that "not" or "değil" is nearby,
    that "one" is no digit after "seven", that "wide" is said of strokes. A linear layer gives the
    scores. Groups of letters in place of words are from Bojanowski et al. 2017, "Enriching Word
    Vectors with Subword Information"; such units that tag words, from Huang et al. 2015.
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
    tags = [TAGS[i] for i in scores[0].argmax(1)]
    for i, word in enumerate(words):  # figures and other alphabets need no judgement
        if word.number:
            tags[i] = word.number if word.number in KINDS else NUMBER
        elif not word.folded.isascii() or (tags[i] == OTHER and not is_ordinary(word.folded)):
            tags[i] = UNKNOWN  # the network knows few of all words that people may use
    return caption(words, tags, (very[0] > 0).tolist())


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
