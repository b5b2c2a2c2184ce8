"""Describing recordings: what is said of them is read, kept, changed in bulk and exchanged."""
