#!/usr/bin/env python3
"""Golden vectors of the Merkle mountain range behind a twin's records.

    python3 tests/vectors/mmr.py            check the committed vectors; exit 1 if they differ
    python3 tests/vectors/mmr.py --write    make them

Written from the rules in primitives/math/src/mmr.rs alone, and from the other end: the Rust builds
mountains up from the leaves, this takes them apart from the peak. Standard library only.
"""

import hashlib
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "primitives/math/vectors/mmr.json"


# Hashing


def digest(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def leaf_hash(encoded):
    return digest(b"\x00" + encoded)


def node_hash(left, right):
    return digest(b"\x01" + left + right)


# The list


def mountains(count):
    """Heights of the mountains over `count` leaves, the highest first."""
    if count == 0:
        return []
    height = count.bit_length() - 1
    return [height] + mountains(count - 2**height)


def root(leaves):
    """Root of the perfect tree over these leaves."""
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return node_hash(root(leaves[:half]), root(leaves[half:]))


def split(leaves):
    """The leaves of each mountain, with the number of its first leaf."""
    start = 0
    for height in mountains(len(leaves)):
        yield start, leaves[start : start + 2**height]
        start += 2**height


def peaks(leaves):
    return [root(mountain) for _, mountain in split(leaves)]


# Range proofs


def siblings(leaves, start, wanted):
    """What `wanted` lacks below the node over `leaves`: (height, first leaf, hash)."""
    inside = range(start, start + len(leaves))
    if not set(inside) & wanted:
        height = len(leaves).bit_length() - 1
        return [(height, start, root(leaves))]
    if len(leaves) == 1:
        return []
    half = len(leaves) // 2
    return siblings(leaves[:half], start, wanted) + siblings(leaves[half:], start + half, wanted)


def prove(leaves, first, length):
    wanted = set(range(first, first + length))
    proof = []
    for start, mountain in split(leaves):
        if wanted & set(range(start, start + len(mountain))):
            # The order of a proof is by height, then from left to right.
            proof += [hash_ for _, _, hash_ in sorted(siblings(mountain, start, wanted))]
    return proof


def missing(start, height, wanted):
    """Places of the hashes that a proof must bring: (height, first leaf)."""
    if not wanted & set(range(start, start + 2**height)):
        return [(height, start)]
    if height == 0:
        return []
    half = 2 ** (height - 1)
    return missing(start, height - 1, wanted) + missing(start + half, height - 1, wanted)


def rebuild(start, height, known, given):
    """Root of a mountain from the leaves in `known` and the hashes in `given`."""
    if (height, start) in given:
        return given[height, start]
    if height == 0:
        return known[start]
    half = 2 ** (height - 1)
    left = rebuild(start, height - 1, known, given)
    return node_hash(left, rebuild(start + half, height - 1, known, given))


def verify(count, peaks_, first, leaves, proof):
    """Whether the proof holds."""
    if len(peaks_) != len(mountains(count)) or not leaves or first + len(leaves) > count:
        return False
    known = {first + offset: leaf for offset, leaf in enumerate(leaves)}
    rest = list(proof)
    start = 0
    for height, peak in zip(mountains(count), peaks_):
        if set(known) & set(range(start, start + 2**height)):
            places = sorted(missing(start, height, set(known)))
            if len(rest) < len(places):
                return False
            given, rest = dict(zip(places, rest)), rest[len(places) :]
            if rebuild(start, height, known, given) != peak:
                return False
        start += 2**height
    return not rest


# Descriptors: SCALE, as far as they need it


def u(value, bits):
    """Unsigned integer, little-endian."""
    return value.to_bytes(bits // 8, "little")


def compact(value):
    """A length below 2^14."""
    return u(value << 2, 8) if value < 64 else u(value << 2 | 1, 16)


def vector(items):
    items = list(items)
    return compact(len(items)) + b"".join(items)


def option(encoded):
    return b"\x00" if encoded is None else b"\x01" + encoded


def encode_descriptor(it):
    envelopes, dispersal = it["envelopes"], it["dispersal"]
    return b"".join(
        [
            bytes.fromhex(it["content"]),
            u(it["size"], 64),
            vector(u(byte, 8) for byte in it["media_type"].encode()),
            option(
                envelopes
                and vector(
                    u(each["reader"], 64)
                    + u(each["key"], 16)
                    + vector(u(byte, 8) for byte in bytes.fromhex(each["sealed"]))
                    for each in envelopes
                )
            ),
            option(
                dispersal
                and u(dispersal["needed"], 8)
                + vector(u(lease, 64) for lease in dispersal["shards"])
            ),
            option(None if it["supersedes"] is None else u(it["supersedes"], 64)),
            option(None if it["expires"] is None else u(it["expires"], 64)),
        ]
    )


# The vectors

DESCRIPTORS = [
    {
        "content": "07" * 32,
        "size": 1000,
        "media_type": "text/plain",
        "envelopes": None,
        "dispersal": None,
        "supersedes": None,
        "expires": None,
    },
    {
        "content": "ab" * 32,
        "size": 2**40 + 1,
        "media_type": "application/vnd.example+json",
        "envelopes": [
            {"reader": 5, "key": 2, "sealed": "aabb"},
            {"reader": 2**33, "key": 300, "sealed": "c5" * 80},
        ],
        "dispersal": {"needed": 2, "shards": [9, 8, 7]},
        "supersedes": 0,
        "expires": 1_700_000_000_000,
    },
    {
        "content": "ff" * 32,
        "size": 0,
        "media_type": "image/svg+xml",
        "envelopes": [{"reader": 1, "key": 0, "sealed": ""}],
        "dispersal": {"needed": 32, "shards": list(range(1, 33))},
        "supersedes": None,
        "expires": 0,
    },
]

SPLITS = [
    [1] * 20,
    [20],
    [7, 13],
    [1, 2, 4, 8, 16, 32],
    [512, 1],
    [511, 1, 1],
    [256, 256, 256, 232],
    [3, 512, 485],
]

RANGES = [
    ("only leaf", 1, 0, 1),
    ("single first", 11, 0, 1),
    ("single last, a mountain by itself", 11, 10, 1),
    ("single last, the right edge of a mountain", 8, 7, 1),
    ("single, second mountain", 11, 9, 1),
    ("left child alone", 11, 4, 1),
    ("middle, both siblings on one level", 16, 5, 6),
    ("across two mountains", 11, 6, 3),
    ("across all mountains", 11, 3, 8),
    ("a whole mountain", 11, 8, 2),
    ("whole list", 11, 0, 11),
    ("whole list of 512", 512, 0, 512),
    ("first of 512", 512, 0, 1),
    ("last of 513", 513, 512, 1),
    ("middle of 1000", 1000, 500, 1),
    ("range in the middle of 1000", 1000, 490, 40),
    ("last of 1000", 1000, 999, 1),
]


def leaf(number):
    return leaf_hash(u(number, 64))


def flipped(hash_):
    return bytes([hash_[0] ^ 1]) + hash_[1:]


def rejected(leaves):
    """Proofs that must be refused: (name, count, first, leaves, proof)."""
    few = leaves[:11]
    proof = prove(few, 6, 3)
    taken = few[6:9]
    yield "one hash changed", 11, 6, taken, [flipped(proof[0])] + proof[1:]
    yield "last hash changed", 11, 6, taken, proof[:-1] + [flipped(proof[-1])]
    yield "one hash missing", 11, 6, taken, proof[:-1]
    yield "first hash missing", 11, 6, taken, proof[1:]
    yield "no hash", 11, 6, taken, []
    yield "one hash too many", 11, 6, taken, proof + [proof[-1]]
    yield "an untouched peak too many", 11, 6, taken, proof + [few[10]]
    yield "two hashes swapped", 11, 6, taken, [proof[1], proof[0]] + proof[2:]
    yield "wrong first, too low", 11, 5, taken, proof
    yield "wrong first, too high", 11, 7, taken, proof
    yield "wrong first, beyond the list", 11, 9, taken, proof
    yield "wrong first, far beyond the list", 11, 2**53 - 1, taken, proof
    yield "wrong leaf", 11, 6, [flipped(taken[0])] + taken[1:], proof
    yield "leaves swapped", 11, 6, [taken[1], taken[0], taken[2]], proof
    yield "one leaf missing", 11, 6, taken[:-1], proof
    yield "one leaf too many", 11, 6, taken + [few[9]], proof
    yield "no leaf", 11, 6, [], proof
    yield "no leaf, no hash", 11, 6, [], []
    yield "a node as a leaf", 8, 0, [node_hash(leaves[0], leaves[1])], prove(leaves[:8], 0, 1)[1:]
    yield "a proof for a shorter list", 12, 10, [leaves[10]], prove(leaves[:11], 10, 1)
    yield "a proof for a longer list", 11, 10, [leaves[10]], prove(leaves[:12], 10, 1)
    yield "an extra hash for a lone leaf", 11, 10, [leaves[10]], [leaves[9]]
    yield "a list without leaves", 0, 0, [leaves[0]], []


def text(hashes):
    return [hash_.hex() for hash_ in hashes]


def make():
    leaves = [leaf(number) for number in range(1000)]
    items = [u(0, 64), u(1, 64), u(2, 64), b""]
    pairs = [(leaves[0], leaves[1]), (leaves[1], leaves[0]), (bytes(32), b"\xff" * 32)]
    described = []
    for descriptor in DESCRIPTORS:
        encoded = encode_descriptor(descriptor)
        described.append({**descriptor, "encoded": encoded.hex(), "leaf": leaf_hash(encoded).hex()})

    proofs = []
    for name, count, first, length in RANGES:
        proof, top = prove(leaves[:count], first, length), peaks(leaves[:count])
        assert verify(count, top, first, leaves[first : first + length], proof), name
        proofs.append(
            {"name": name, "count": count, "first": first, "len": length, "proof": text(proof)}
        )

    refused = []
    for name, count, first, taken, proof in rejected(leaves):
        assert not verify(count, peaks(leaves[:count]), first, taken, proof), name
        refused.append(
            {
                "name": name,
                "count": count,
                "first": first,
                "leaves": text(taken),
                "proof": text(proof),
            }
        )

    appends = []
    for sizes in SPLITS:
        ends = [sum(sizes[: step + 1]) for step in range(len(sizes))]
        appends.append({"sizes": sizes, "peaks": [text(peaks(leaves[:end])) for end in ends]})

    return {
        "about": [
            "Made by tests/vectors/mmr.py. Rules: primitives/math/src/mmr.rs. Hash: BLAKE2b-256.",
            "Leaf i of every list is the leaf hash of i as 8 bytes, little-endian.",
            "The peaks to check a proof against are those of its count.",
        ],
        "leaves": [{"encoded": item.hex(), "hash": leaf_hash(item).hex()} for item in items],
        "nodes": [
            {"left": left.hex(), "right": right.hex(), "hash": node_hash(left, right).hex()}
            for left, right in pairs
        ],
        "descriptors": described,
        "peaks": [
            {"count": count, "peaks": text(peaks(leaves[:count]))}
            for count in [*range(21), 511, 512, 513, 1000]
        ],
        "appends": appends,
        "proofs": proofs,
        "rejected": refused,
    }


def main(arguments):
    if arguments not in ([], ["--write"]):
        print(__doc__, file=sys.stderr)
        return 2
    vectors = make()
    if arguments:
        VECTORS.parent.mkdir(parents=True, exist_ok=True)
        VECTORS.write_text(json.dumps(vectors, indent="\t") + "\n")
        print(f"wrote {VECTORS}")
        return 0
    if not VECTORS.exists() or VECTORS.read_text() != json.dumps(vectors, indent="\t") + "\n":
        print(f"{VECTORS} differs from the rules; see --write", file=sys.stderr)
        return 1
    print(f"{VECTORS}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
