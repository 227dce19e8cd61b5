"""Benchmarks against named peers: run side by side, told as ratios."""
