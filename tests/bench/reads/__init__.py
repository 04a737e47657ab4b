"""Reads of a twin among a thousand and among a million."""
