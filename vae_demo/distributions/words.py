"""A prior over the words of a VQ-VAE, given the digit (van den Oord et al. 2017, sec. 3.2).

The words of a code are the indices of its code vectors. A network sees some of them and gives the
probabilities of each of the others; a code is drawn word by word, in an order drawn at random
(Hoogeboom et al. 2022), and each step can be watched.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from vae_demo.distributions.distribution import KINDS, Kinds, check_kinds, even_kinds
from vae_demo.distributions.fitting import (
    GUIDANCE,
    KIND_DROPOUT,
    FitStep,
    RunningMean,
    set_learning_rate,
)
from vae_demo.models.losses import Codes

BATCH = 512
FIT_STEPS = 8000  # batches of a fit
LR = 1.5e-3  # the highest learning rate
_WIDTH, _BLOCKS = 320, 3
_WORD = 16  # numbers that stand for a word
_OUT = 24  # numbers from which the probabilities at a place are computed

Words = Int[Tensor, "batch places"]
Known = Bool[Tensor, "batch places"]


class WordNetwork(nn.Module):
    """The logits of each word from those that are known: residual blocks of two dense layers."""

    def __init__(self, places: int, words: int) -> None:
        super().__init__()
        self.word = nn.Parameter(torch.randn(places, words + 1, _WORD) / 2)  # the last is unknown
        self.enter = nn.Linear(places * _WORD, _WIDTH)
        self.kind = nn.Embedding(KINDS + 1, _WIDTH)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                *(nn.LayerNorm(_WIDTH), nn.Linear(_WIDTH, _WIDTH), nn.SiLU()),
                nn.Linear(_WIDTH, _WIDTH),
            )
            for _ in range(_BLOCKS)
        )
        self.leave = nn.Sequential(nn.LayerNorm(_WIDTH), nn.Linear(_WIDTH, places * _OUT))
        self.choice = nn.Parameter(torch.randn(places, _OUT, words) / _OUT**0.5)
        self.often = nn.Parameter(torch.zeros(places, words))

    def forward(
        self, words: Words, known: Known, kinds: Kinds
    ) -> Float[Tensor, "batch places words"]:
        places, count = self.often.shape
        shown = words.masked_fill(~known, count)
        seen = self.word[torch.arange(places), shown]  # (batch, places, _WORD)
        hidden = self.enter(seen.flatten(1))
        given = self.kind(kinds)
        for block in self.blocks:
            hidden = hidden + block(hidden + given)
        out = self.leave(hidden).unflatten(1, (places, _OUT))
        return torch.einsum("bpo,pow->bpw", out, self.choice) + self.often


class WordPrior(nn.Module):
    """Codes of a VQ-VAE, word by word."""

    has_kinds = True
    has_temperature = True

    def __init__(self, places: int, words: int) -> None:
        super().__init__()
        self.network = WordNetwork(places, words)
        self.guidance = GUIDANCE

    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        """Codes with `self.guidance`; without `kinds`, each digit equally often."""
        check_kinds(self, kinds)
        if kinds is None:
            kinds = even_kinds(count, generator)
        places, _ = self.network.often.shape
        words = torch.zeros((count, places), dtype=torch.long)
        known = torch.zeros((count, places), dtype=torch.bool)
        order = torch.rand((count, places), generator=generator).argsort(1)
        for place in order.T:
            each = torch.arange(count)
            logits = self._guided(words, known, kinds)[each, place]
            if temperature > 0:
                chances = (logits / temperature).softmax(1)
                words[each, place] = torch.multinomial(chances, 1, generator=generator).squeeze(1)
            else:
                words[each, place] = logits.argmax(1)
            known[each, place] = True
        return words.float()

    @torch.inference_mode()
    def _guided(
        self, words: Words, known: Known, kinds: Kinds
    ) -> Float[Tensor, "batch places words"]:
        given = self.network(words, known, kinds).log_softmax(2)
        if not self.guidance:
            return given
        free = self.network(words, known, torch.full_like(kinds, KINDS)).log_softmax(2)
        return free + (1 + self.guidance) * (given - free)


def fit_words(
    codes: np.ndarray,
    labels: np.ndarray,
    words: int,
    *,
    seed: int = 0,
    steps: int = FIT_STEPS,
    lr: float = LR,
) -> Iterator[FitStep]:
    """Fit a prior to codes (n, places) of digits (n,); yields after each batch.

    A random number of words is hidden, at random places; the loss is the cross-entropy of
    those, nats per word.
    """
    generator = torch.Generator().manual_seed(seed)
    z, kinds = torch.from_numpy(codes).long(), torch.from_numpy(labels.astype(np.int64))
    with torch.random.fork_rng():  # torch initialises layers from the global random state
        torch.manual_seed(seed)
        prior = WordPrior(codes.shape[1], words)
    kept = RunningMean(prior)
    optimizer = torch.optim.Adam(prior.parameters(), lr, betas=(0.9, 0.99))
    for step in range(steps):
        chosen = torch.randint(len(z), (BATCH,), generator=generator)
        shares = torch.rand((BATCH, z.shape[1]), generator=generator)
        ranks = shares.argsort(1).argsort(1)
        count = torch.randint(z.shape[1], (BATCH, 1), generator=generator)
        known = ranks < count  # at least one is hidden
        dropped = torch.rand(BATCH, generator=generator) < KIND_DROPOUT
        logits = prior.network(z[chosen], known, kinds[chosen].masked_fill(dropped, KINDS))
        loss = F.cross_entropy(logits[~known], z[chosen][~known])
        set_learning_rate(optimizer, lr, step / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        kept.add(prior)
        yield FitStep(step + 1, steps, loss.item(), kept.network)
