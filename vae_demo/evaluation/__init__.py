"""Measures of runs, samples and drawings; this file does not import torch."""

CLASSIFIERS = ("pooling", "strided")  # architectures of the shipped classifiers
