# SPDX-License-Identifier: GPL-3.0-or-later
"""Elements of HTML and SVG as text, escaped by construction: only what tag() made is taken for markup. The outcome is well-formed XML, too."""

from __future__ import annotations

import html
import re

_VOID = ("meta", "br", "hr")
# What XML 1.0 does not allow, and what no file can hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is escaped already."""


def plain(text: object) -> str:
    """Text that any document can hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(text))


def escape(text: object) -> Markup:
    return text if isinstance(text, Markup) else Markup(html.escape(plain(text)))


def join(*content: object) -> Markup:
    """Texts, markup and lists of them, one after the other; None is nothing."""
    parts = [join(*item) if isinstance(item, (list, tuple)) else escape(item) for item in content if item is not None]
    return Markup("".join(parts))


def tag(_name: str, *content: object, **attributes: object) -> Markup:
    """`class_` is class, `view_box` and the like are spelled as SVG has them; None leaves an attribute out."""
    written = "".join(f' {_attribute(key)}="{escape(value)}"' for key, value in attributes.items() if value is not None)
    if _name in _VOID:
        return Markup(f"<{_name}{written} />")
    return Markup(f"<{_name}{written}>{join(*content)}</{_name}>")


def _attribute(key: str) -> str:
    return "viewBox" if key == "view_box" else key.rstrip("_").replace("_", "-")
