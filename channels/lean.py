"""Scripts and styles without their comments: the pages have no build step, and customers need not load our reasons.

Line numbers stay, so that an error in a browser points into the source. Only for our own files, whose comments begin a line
or are JSDoc (a test holds them to it). Above: `page`.
"""

from __future__ import annotations

import re

_COMMENT = r"/\*(?:[^*]|\*(?!/))*\*/"
_WHOLE_LINES = re.compile(rf"^[ \t]*{_COMMENT}[ \t]*$", re.M)
_JSDOC = re.compile(r"/\*\*\s@(?:[^*]|\*(?!/))*\*/[ ]?")
_END_OF_LINE = re.compile(r"(?<=[;{},])[ \t]+// [^\n`'\"]*$", re.M)


def lean(text: str) -> str:
    """Pure; the same number of lines."""
    for pattern in (_WHOLE_LINES, _JSDOC):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _END_OF_LINE.sub("", text)
