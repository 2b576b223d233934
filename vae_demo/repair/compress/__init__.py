"""Compress digits: a VAE with bits back, beside files of every kind and codes with few bits."""
