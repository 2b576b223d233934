"""MNIST's digits for the files that visitors take home; its code stands in each of them."""

import lzma
from pathlib import Path

import torch


def read_digits(folder: str, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The images, (n, 784) from 0 to 1, and labels, (n,), of the "train" or "test" digits.

    Reads `mnist-train.xz` or `mnist-test.xz` of this project's folder `data` if `folder` has it;
    otherwise torchvision reads MNIST from `folder`, and downloads it first if it is not there.
    """
    packed = Path(folder) / f"mnist-{split}.xz"
    if packed.is_file():  # the pixels of all digits, then their labels, one byte each
        raw = torch.frombuffer(bytearray(lzma.decompress(packed.read_bytes())), dtype=torch.uint8)
        count = len(raw) // 785
        images, labels = raw[: 784 * count].view(count, 784), raw[784 * count :]
    else:
        from torchvision.datasets import MNIST

        digits = MNIST(folder, train=split == "train", download=True)
        images, labels = digits.data.flatten(1), digits.targets
    return images.float() / 255, labels.long()
