"""Texts as exports have them in CSV: with a mark wherever a spreadsheet would begin a formula.

It may part cells at other signs than commas, and takes signs of other widths for the same.
"""

import re
from typing import Any

MARK = "'"
SEPARATORS = ",;\t|\n\r"
# The four signs, and those that Unicode (NFKC) takes for the same in other widths and heights.
FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺₌₊﬩"
# What some spreadsheets look behind.
PASSED = r'(?:(?![,;\t|\n\r])[\s\x00-\x1f\x7f-\x9f"])*'
BEGINS = re.compile(f"{PASSED}[{re.escape(FORMULA)}]")


def marked(text: str, begins: bool = True) -> str:
    """A text with its marks; `begins` says whether a cell begins with it."""
    parts = re.split(f"([{re.escape(SEPARATORS)}])", text)
    for place in range(0, len(parts), 2):
        if (place > 0 or begins) and BEGINS.match(parts[place]):
            parts[place] = MARK + parts[place]
    return "".join(parts)


def within(value: Any) -> Any:
    """A value that is JSON in its cell: its texts with their marks, none of which begins one."""
    if isinstance(value, str):
        return marked(value, begins=False)
    if isinstance(value, list):
        return [within(part) for part in value]
    if isinstance(value, dict):
        return {name: within(part) for name, part in value.items()}
    return value
