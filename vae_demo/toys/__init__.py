"""Curves in the plane and in space, and tiny autoencoders that learn them."""
