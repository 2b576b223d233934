"""Reference implementations of the same VAE: PyTorch's example, and pythae if installed."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import time
from collections.abc import Callable
from itertools import chain, islice, repeat
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from vae_demo import test_digits, train_digits

BATCH = 128
LATENT = 20
LR = 1e-3


def example_dataset(folder: Path) -> MNIST:
    """torchvision's MNIST dataset, from the digits written as the original IDX files."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, digits in (("train", train_digits()), ("t10k", test_digits())):
        count, side = len(digits).to_bytes(4, "big"), (28).to_bytes(4, "big")
        images = b"\0\0\x08\x03" + count + side + side + digits.images.tobytes()
        labels = b"\0\0\x08\x01" + count + digits.labels.tobytes()
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(images)
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(labels)
    return MNIST(folder, train=True, transform=ToTensor())


class Example(nn.Module):
    """The VAE of PyTorch's example, with the same layers and names."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, LATENT)
        self.fc22 = nn.Linear(400, LATENT)
        self.fc3 = nn.Linear(LATENT, 400)
        self.fc4 = nn.Linear(400, 784)

    def loss(self, x: Tensor) -> Tensor:
        """Cross-entropy and divergence, summed over the batch, nats."""
        x = x.view(-1, 784)
        hidden = F.relu(self.fc1(x))
        mean, logvar = self.fc21(hidden), self.fc22(hidden)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * logvar)
        again = torch.sigmoid(self.fc4(F.relu(self.fc3(z))))
        divergence = -0.5 * torch.sum(1 + logvar - mean.pow(2) - logvar.exp())
        return F.binary_cross_entropy(again, x, reduction="sum") + divergence


def clock() -> float:
    """Seconds of the processor, if there is one thread: other programs hardly change them."""
    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


def example(model: Example, dataset: MNIST, batches: int) -> float:
    """Train `batches` steps with the example's loop; returns the seconds."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    loader = DataLoader(dataset, BATCH, shuffle=True)
    epochs = chain.from_iterable(repeat(loader))
    total = 0.0
    start = clock()
    for x, _ in islice(epochs, batches):
        optimizer.zero_grad()
        loss = model.loss(x)
        loss.backward()
        total += loss.item()
        optimizer.step()
    return clock() - start


@torch.inference_mode()
def example_loss(model: Example) -> float:
    """The loss over all test digits, as the example prints it, nats per image."""
    images = torch.tensor(test_digits().images).float().div(255).split(1000)
    return sum(model.loss(x).item() for x in images) / len(test_digits())


def pythae() -> Callable[[int], float] | None:
    """A function that trains with pythae and returns the seconds; None if it is not installed."""
    try:
        from pythae.data.datasets import BaseDataset
        from pythae.models import VAE, VAEConfig
        from pythae.models.base.base_utils import ModelOutput
        from pythae.models.nn import BaseDecoder, BaseEncoder
        from pythae.trainers import BaseTrainer, BaseTrainerConfig
    except ImportError:
        return None
    logging.disable(logging.INFO)  # pythae logs every step of its setup

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
            self.mean, self.logvar = nn.Linear(400, LATENT), nn.Linear(400, LATENT)

        def forward(self, x: Tensor) -> ModelOutput:
            hidden = self.hidden(x)
            return ModelOutput(embedding=self.mean(hidden), log_covariance=self.logvar(hidden))

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            layers = nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid()
            self.layers = nn.Sequential(*layers)

        def forward(self, z: Tensor) -> ModelOutput:
            return ModelOutput(reconstruction=self.layers(z).view(-1, 1, 28, 28))

    def loop(batches: int) -> float:
        images = torch.tensor(train_digits().images[: batches * BATCH]).unsqueeze(1)
        digits = BaseDataset(images.float().div(255), torch.zeros(len(images)))
        shape = VAEConfig(input_dim=(1, 28, 28), latent_dim=LATENT, reconstruction_loss="bce")
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            config = BaseTrainerConfig(
                output_dir=folder,
                per_device_train_batch_size=BATCH,
                learning_rate=LR,
                optimizer_cls="Adam",
                no_cuda=True,
            )
            model = VAE(shape, Encoder(), Decoder())
            trainer = BaseTrainer(model, digits, training_config=config)
            trainer.prepare_training()
            start = clock()
            trainer.train_step(epoch=1)
            return (clock() - start) * batches * BATCH / len(images)

    return loop
