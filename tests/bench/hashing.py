"""Hashes by which a chain finds its state."""

import hashlib

import xxhash

from metadata import Metadata


def blake2(data: bytes, size: int) -> bytes:
    """BLAKE2b with this many bytes."""
    return hashlib.blake2b(data, digest_size=size).digest()


def twox(data: bytes, words: int) -> bytes:
    """The hash by which the chain knows names and numbers, with this many words of 64 bits."""
    return b"".join(
        xxhash.xxh64_intdigest(data, seed).to_bytes(8, "little") for seed in range(words)
    )


HASHERS = {
    "Blake2_128": lambda key: blake2(key, 16),
    "Blake2_256": lambda key: blake2(key, 32),
    "Blake2_128Concat": lambda key: blake2(key, 16) + key,
    "Twox128": lambda key: twox(key, 2),
    "Twox256": lambda key: twox(key, 4),
    "Twox64Concat": lambda key: twox(key, 1) + key,
    "Identity": lambda key: key,
}


def item_prefix(metadata: Metadata, pallet: str, item: str) -> bytes:
    """What the keys of all entries of a storage item begin with."""
    return twox(metadata.prefix(pallet).encode(), 2) + twox(item.encode(), 2)


def storage_key(metadata: Metadata, pallet: str, name: str, *keys: bytes) -> str:
    """The key of an entry, whose own keys are encoded, as questions to a node write it."""
    hashers = metadata.item(pallet, name).hashers
    hashed = b"".join(HASHERS[hasher](key) for hasher, key in zip(hashers, keys))
    return "0x" + (item_prefix(metadata, pallet, name) + hashed).hex()
