"""Transactions under load, ours and beside them those of a stock runtime."""
