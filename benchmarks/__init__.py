"""Honest instances of every size, and side-by-side runs on them (see docs/benchmarks.md)."""
