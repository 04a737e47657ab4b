"""Writes src/blanks.rs: characters that are seen by their category, and yet are blank.

    python3 blanks.py UnicodeData.txt VERSION > src/blanks.rs

UnicodeData.txt is a file of the Unicode Character Database, which unicode.org publishes for each
version under Public/VERSION/ucd. No property of it says that a glyph is empty; names do. What has
no glyph at all needs no table: Default_Ignorable_Code_Point says it.
"""

import sys

# Ends of names. A blank symbol, which is drawn, ends otherwise.
ENDS = (" BLANK", " NULL NOTEHEAD", "OBJECT REPLACEMENT CHARACTER")

HEAD = """\
//! Characters that are seen by their category, and yet are blank, or stand for what isn't there.
//!
//! Written by primitives/core/blanks.py from UnicodeData.txt of Unicode {version}. Don't edit it.

/// In order.
pub(crate) const BLANKS: [char; {count}] = ["""


def blanks(path: str) -> list[tuple[str, str]]:
    """Code and name of each, in order."""
    found = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            code, name, category = line.split(";")[:3]
            if category[0] in "LNPS" and name.endswith(ENDS):
                found.append((code, name))
    return found


def main() -> None:
    path, version = sys.argv[1:]
    found = blanks(path)
    print(HEAD.format(version=version, count=len(found)))
    for code, name in found:
        print(f"\t// {name.capitalize()}.")
        print(f"\t'\\u{{{code.lower()}}}',")
    print("];")


if __name__ == "__main__":
    main()
