"""Values as libraries, command lines and JSON spell them, in one spelling.

Numbers may be texts of digits, accounts SS58 or hexadecimal, variants texts or small dictionaries.
"""

from hashlib import blake2b
from typing import Any, NamedTuple, Optional

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SIGNED_128 = 1 << 127


class Malformed(Exception):
    """A value isn't what its place asks for."""


def number(value: Any) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Malformed(f"{value!r} is no number")
    try:
        return int(value)
    except ValueError:
        raise Malformed(f"{value!r} is no number") from None


def optional(value: Any) -> Any:
    """What an option holds, or None."""
    if value is None or value == "None":
        return None
    if isinstance(value, dict) and set(value) == {"None"}:
        return None
    return value["Some"] if isinstance(value, dict) and set(value) == {"Some"} else value


def optional_number(value: Any) -> Optional[int]:
    """A number, or None."""
    value = optional(value)
    return None if value is None else number(value)


def wide(value: Any) -> int:
    """A whole number of 256 bits, which may stand as four of 64, the lowest first."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (list, tuple)):
        return sum(number(part) << (64 * place) for place, part in enumerate(value))
    return number(value)


def octets(value: Any) -> bytes:
    """Bytes: hexadecimal, a list of numbers, or text."""
    if isinstance(value, (list, tuple)):
        return bytes(number(part) for part in value)
    if isinstance(value, bytes):
        return value
    if isinstance(value, str) and value.startswith("0x"):
        return bytes.fromhex(value[2:])
    if isinstance(value, str):
        return value.encode()
    raise Malformed(f"{value!r} is no bytes")


def digest(value: Any) -> str:
    """A hash of 32 bytes, in hexadecimal."""
    raw = octets(value)
    # Text of hexadecimal without its mark.
    if len(raw) == 64:
        raw = bytes.fromhex(raw.decode())
    if len(raw) != 32:
        raise Malformed(f"{value!r} is no hash")
    return "0x" + raw.hex()


def account(value: Any) -> str:
    """An account's 32 bytes, in hexadecimal."""
    value = variant(value)[1] if isinstance(value, dict) else value
    if isinstance(value, str) and not value.startswith("0x"):
        return "0x" + _ss58(value).hex()
    return digest(value)


def _ss58(text: str) -> bytes:
    value = 0
    for letter in text:
        if letter not in ALPHABET:
            raise Malformed(f"{text!r} is no account")
        value = value * 58 + ALPHABET.index(letter)
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    prefix = 2 if raw[0] & 0x40 else 1
    if len(raw) < 35:
        # A prefix of zero is a leading zero byte.
        raw, prefix = raw.rjust(35, b"\0"), 1
    body, check = raw[:-2], raw[-2:]
    if len(body) != prefix + 32 or blake2b(b"SS58PRE" + body).digest()[:2] != check:
        raise Malformed(f"{text!r} is no account")
    return body[prefix:]


def variant(value: Any) -> tuple[str, Any]:
    """Name and content of a variant."""
    if isinstance(value, str):
        return value, None
    if isinstance(value, dict) and len(value) == 1:
        ((name, content),) = value.items()
        if isinstance(content, (list, tuple)) and len(content) == 1:
            content = content[0]
        return name, content
    raise Malformed(f"{value!r} is no variant")


class Kind(NamedTuple):
    """What a tax code charges."""

    name: str
    category: str = ""
    in_base: bool = False

    @property
    def is_vat(self) -> bool:
        """Whether a payment gives it to the treasury and it nets."""
        return self.name == "Vat" and self.category != "ReverseCharge"

    @property
    def is_levy(self) -> bool:
        return self.name.startswith("Levy")


def kind(value: Any) -> Kind:
    """A kind of tax."""
    name, content = variant(value)
    if name == "Vat":
        return Kind(name, variant(content)[0])
    if name == "Withholding":
        return Kind(name)
    if isinstance(content, dict):
        content = content["in_vat_base"]
    elif isinstance(content, (list, tuple)):
        content = content[0]
    return Kind(name, in_base=bool(content))
