"""A data set as the bytes of one file: an `.npz` of numbers and words, which holds no objects."""

from __future__ import annotations

import io

import numpy as np

from vae_demo.datasets.array_files import read_npz
from vae_demo.datasets.data_set import DataSet, make_data
from vae_demo.datasets.errors import DataFileError
from vae_demo.digits.mnist import SIDE, Digits

_PARTS = ("train", "test")


def dumps(data: DataSet) -> bytes:
    """Serialize a data set; white areas of pictures take no room."""
    arrays = {"name": np.array([data.name]), "kinds": np.array(data.kinds, np.str_)}
    for part in _PARTS:
        digits: Digits = getattr(data, part)
        arrays |= {f"{part}_images": digits.images, f"{part}_labels": digits.labels}
    raw = io.BytesIO()
    np.savez_compressed(raw, **arrays)  # type: ignore[arg-type]
    return raw.getvalue()


def loads(raw: bytes, file: str) -> DataSet:
    """Restore a data set from the result of `dumps`.

    Raises:
        DataFileError: if the file is damaged.
    """
    arrays = read_npz(io.BytesIO(raw), file)
    try:
        parts = [Digits(arrays[f"{part}_images"], arrays[f"{part}_labels"])[:] for part in _PARTS]
        kinds = tuple(map(str, arrays["kinds"]))
        for digits in parts:
            shape = (len(digits), SIDE, SIDE)
            fits = digits.images.shape == shape and digits.images.dtype == np.uint8
            labelled = digits.labels.dtype == np.uint8 and digits.labels.ndim == 1
            if not (fits and labelled and len(digits)) or digits.labels.max() >= max(len(kinds), 1):
                raise DataFileError("damaged", file=file, why="its arrays do not fit together")
        return make_data(str(arrays["name"][0]), kinds, *parts)
    except (KeyError, IndexError, TypeError) as error:
        raise DataFileError("damaged", file=file, why=str(error)) from None
