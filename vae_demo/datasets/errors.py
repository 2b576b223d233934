"""What can be wrong with a file of pictures, and what a reader says about a file that it has read.

Each has a code and details, so that a page can say it in the visitor's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_PICTURES = 70_000
MAX_KINDS = 256  # a label is one byte
MAX_KIND = 100  # characters of its name
MAX_BYTES = 512 * 2**20  # of the arrays of a file, unpacked

SENTENCES = {
    "missing": "{file} can't be opened: {why}",
    "no_bytes": "{file} is empty: it has 0 bytes",
    "unknown": "{file} is not a data file: expected a ZIP of pictures, .npz or .npy arrays, an IDX "
    "file (gzipped or not) or a CSV table of pixels",
    "damaged": "{file} is damaged or incomplete and can't be read: {why}",
    "too_heavy": "{file} has {megabytes} MB unpacked; the limit is {limit} MB",
    "too_many": "{file} has more than {limit:,} pictures",
    "too_few": "pictures of {file} that can be read: {count}; expected at least 2: one to train "
    "on and one to test on",
    "equal": "all {count} pictures of {file} are identical: there is nothing to learn from them",
    "alone": "{file} is a ZIP, which is a data set by itself, and {count} files were given; give "
    "it alone",
    "nothing": "{file} has no pictures; found: {found}",
    "no_files": "{file} is an empty ZIP: there are no files in it",
    "only_outside": "{file} has no pictures that may be read: the paths of all {count} files "
    "lead out of the ZIP, such as {first}; expected paths such as class/picture.png",
    "entries": "{file} has more than {limit:,} files",
    "encrypted": "{inside} in {file} is encrypted; expected a ZIP without a password",
    "ratio": "it is compressed by a factor of {ratio}; of a picture at most {limit} is expected",
    "path": "its path leads out of the ZIP; it was not read",
    "no_folder": "it is not in a folder; the folders of the other pictures are their classes",
    "unlabelled": "it has no labels, which the other pictures have",
    "no_picture": "it is not a picture; formats that are read: {formats}",
    "kinds": "{file} has {count} classes; the limit is {limit}",
    "kind_name": "the name of a class in {file} has more than {limit} characters: {kind}",
    "objects": "the array {array} in {file} holds Python objects, which are never loaded; save "
    "numbers again with a type such as uint8, and text with astype(str)",
    "layout": "the array {array} in {file} is stored in Fortran order and has {megabytes} MB; save "
    "it again with np.ascontiguousarray",
    "shape": "the array {array} in {file} has the shape {shape}; pictures have the shape "
    "(n, h, w), (n, h, w, 1), (n, h, w, 3), (n, h, w, 4), (n, 3, h, w) or (n, h·h)",
    "type": "the array {array} in {file} has the type {type}; expected whole numbers or decimals",
    "not_finite": "the array {array} in {file} has NaN or infinite values",
    "range": "the array {array} in {file} has values from {low:.4g} to {high:.4g}; expected 0 to "
    "1, -1 to 1 or 0 to 255",
    "label_count": "{file} has {labels} labels for {pictures} pictures; expected one for each",
    "label_type": "the labels {array} in {file} are {type} of shape {shape}; expected (n,) whole "
    "numbers or words",
    "choose": "{file} has several arrays that may be the pictures: {found}; name them images and "
    "labels, or train_images, train_labels, test_images and test_labels",
    "columns": "the number of columns in line {line} of {file} is {found}; in the first line of "
    "numbers it is {expected}",
    "width": "the number of columns in {file} is {found}; expected the 784 pixels of a 28×28 "
    "picture, or another square number, and if there are labels one column more",
    "label_place": "{file} has {found} columns: {pixels} pixels and a label; say whether the label "
    "is the first column or the last (the first line begins with {first} and ends with {last})",
    "number": "line {line} of {file}, column {column}, is {text}; expected a number",
    "commas": "{file} has {found} columns, and commas seem to be decimal marks as well as "
    "separators; save it with semicolons or tabs between the numbers",
    "no_data": "there is no data set {name}; there are: {names}; or give a file",
    "offline": "{name} can't be downloaded from {address}: {why}; put its four files into {folder}",
    "disk": "{file} can't be kept in {folder}: {why}",
    "checksum": "{file} is not the published file of {name}: its checksum is different",
}

NOTES = {
    "zip": "{count} pictures; the names of their folders are the classes: {names}",
    "zip_plain": "{count} pictures without classes: they are not in different folders",
    "hidden": "{count} files of the operating system, such as {first}, were skipped",
    "names": "the ZIP does not say how its names are encoded; they were read as {encoding}",
    "images": "pictures: the array {array}, {shape}, {type}",
    "labels": "classes of the labels: {names}",
    "no_labels": "there are no labels: no array has one for each picture",
    "header": "the first line is a header",
    "decimal": "commas were read as decimal marks",
    "scaled": "values from {low:.4g} to {high:.4g} were multiplied by {factor:.6g}",
    "centred": "values from {low:.4g} to {high:.4g} were read as -1 for black and 1 for white",
    "brightened": "the largest value is {high:.4g}; all values were multiplied by {factor:.6g}, so "
    "that it becomes 255",
    "twice": "{array} holds the same pictures as {first} and was skipped",
    "last_axis": "the last axis of {array} counts the pictures",
    "transposed": "{file}: EMNIST's files hold pictures column by column; they were turned upright",
    "on_white": "transparent pixels became white, since most pictures that have some are dark",
    "on_black": "transparent pixels became black, since most pictures that have some are light",
    "index": "the first column, {name}, counts the lines and was skipped",
    "label_named": "the header names the column of the label: {name}",
    "resized": "pictures of {shape} pixels were resized to 28×28",
    "as_digits": "the digit was cut out of each picture and centred as in MNIST",
    "split": "pictures to train on: {train}; to test on: {test}; drawn at random with a fixed seed",
    "given": "pictures to train on: {train}; to test on: {test}; as in the file",
}


class DataFileError(ValueError):
    """A file of pictures that can't be read.

    `code` is a key of `SENTENCES`; `details` are the values of its placeholders.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(SENTENCES[code].format(**details))
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Note:
    """A remark on how a file was read; `code` is a key of `NOTES`."""

    code: str
    details: dict[str, Any]

    def __str__(self) -> str:
        return NOTES[self.code].format(**self.details)
