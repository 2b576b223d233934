"""Data sets: MNIST, published ones that are downloaded, and files of pictures of any kind.

`known_data` finds one by name, `read_path` and `read_files` read one from files.
"""

from vae_demo.datasets.data_set import (
    MNIST,
    DataDescription,
    DataSet,
    mnist_data,
    mnist_probe,
    mnist_test,
    mnist_train,
)
from vae_demo.datasets.errors import NOTES, SENTENCES, DataFileError, Note
from vae_demo.datasets.known import KNOWN, known_data
from vae_demo.datasets.reading import read_files, read_path
from vae_demo.datasets.report import FITS, LABEL_PLACES, ReadData, ReadOptions

__all__ = [
    "FITS",
    "KNOWN",
    "LABEL_PLACES",
    "MNIST",
    "NOTES",
    "SENTENCES",
    "DataDescription",
    "DataFileError",
    "DataSet",
    "Note",
    "ReadData",
    "ReadOptions",
    "known_data",
    "mnist_data",
    "mnist_probe",
    "mnist_test",
    "mnist_train",
    "read_files",
    "read_path",
]
