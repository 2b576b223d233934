"""Train the encoder of captions and write its file, in a few minutes on one core:

python -m vae_demo.captions.training
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import torch
from torch.nn import functional as F

from vae_demo.atomic import write_atomically
from vae_demo.captions.caption import TAGS
from vae_demo.captions.encoder import FILE, CaptionEncoder, batch, dumps
from vae_demo.captions.sentences import sentence

STEPS, BATCH, LR, SEED = 7200, 128, 5e-3, 0
_STRONG = 0.3  # weight of the loss of "very"


def learn(
    *, steps: int = STEPS, size: int = BATCH, seed: int = SEED
) -> Iterator[tuple[float, CaptionEncoder]]:
    """Train an encoder on sentences that it sees once; yields each batch's loss and the encoder."""
    rng = Random(seed)
    with torch.random.fork_rng(devices=[]):  # layers and dropout use the global generator
        torch.manual_seed(seed)
        encoder = CaptionEncoder()
        optimizer = torch.optim.Adam(encoder.parameters())
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=steps)
        for _ in range(steps):
            sentences = [sentence(rng) for _ in range(size)]
            sentences = [each for each in sentences if each]
            words, lengths = batch([[word.word for word in each] for each in sentences])
            mask = torch.arange(words.shape[1]) < lengths[:, None]
            wanted = torch.tensor([TAGS.index(w.tag) for each in sentences for w in each])
            strong = torch.tensor([float(w.strong) for each in sentences for w in each])
            scores, very = encoder(words, lengths)
            loss = F.cross_entropy(scores[mask], wanted, label_smoothing=0.02)
            loss = loss + _STRONG * F.binary_cross_entropy_with_logits(very[mask], strong)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            yield loss.item(), encoder


def main() -> None:
    from tqdm import tqdm

    with tqdm(learn(), total=STEPS, unit="batch") as bar:
        for loss, encoder in bar:  # noqa: B007
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
    FILE.parent.mkdir(exist_ok=True)
    write_atomically(FILE, dumps(encoder.eval()))
    print(f"wrote {FILE}: {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
