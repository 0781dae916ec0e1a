# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the platform's configuration and of Helm's values may be shown; and the words that no text may hold afterwards. Pure."""

from __future__ import annotations

import base64
import re

from ansible_collections.cloudentity.platform.plugins.module_utils import _manifest_mask
from ansible_collections.cloudentity.platform.plugins.module_utils._manifest_mask import HIDDEN

# Charts' values put the address list into the Secret, too; whoever looks for a mistake has to see these.
_OPEN = re.compile(r"redis\.(enabled|addrs|username|redis_search|tls\.enabled|tls\.insecure_skip_verify)")
# The names of Secrets are no secrets.
_NAMES = re.compile(r"(?i)^(existing|use)|secret_?name$")
_URL = re.compile(r"(\w+://[^\s:/@]*:)([^\s@/]+)(?=@)")
# Shorter words would blot out the rest of the text; whatever is called a password counts from three characters on.
_LONG = 6


class Secrets:
    """Hides what it is shown, and remembers it."""

    def __init__(self, *words: str | None) -> None:
        self._words = {word for word in words if word}

    def add(self, word: str | None) -> None:
        self._words.update(filter(None, [word]))

    def hide(self, tree, everything: bool = False, path: str = ""):
        """The same tree without secrets. `everything`: it is out of a Secret."""
        if isinstance(tree, dict):
            return {name: self.hide(inner, everything or name == "secretConfig", f"{path}.{name}".lstrip(".")) for name, inner in tree.items()}
        if isinstance(tree, list):
            return [self.hide(inner, everything, path) for inner in tree]
        if tree is None or isinstance(tree, bool) or tree == "" or _OPEN.search(path):
            return tree
        name = path.rpartition(".")[2]
        called = bool(_manifest_mask.SECRET_NAME.search(name)) and not _NAMES.search(name)
        if called or everything or "PRIVATE KEY" in str(tree):
            if called or len(str(tree)) >= _LONG:
                self._words.add(str(tree))
            return HIDDEN
        if isinstance(tree, str):
            self._words.update(found for _head, found in _URL.findall(tree))
            self._words.update(found.strip() for _head, found in _manifest_mask.PASSWORD_LINE.findall(tree) if len(found.strip()) >= _LONG)
            return _manifest_mask.PASSWORD_LINE.sub(rf"\1{HIDDEN}", _URL.sub(rf"\1{HIDDEN}", tree))
        return tree

    def scrub(self, data):
        """Any data without the words, in whatever form they stand there."""
        inside = {form for word in self._words if len(word) >= _LONG for form in _inside_base64(word.encode())}
        return _manifest_mask.censor(data, [*_manifest_mask.variants(list(self._words)), *sorted(inside, key=len, reverse=True)])


def _inside_base64(word: bytes) -> list[str]:
    """How a word looks somewhere within a longer text that is encoded as a whole: it depends on where it begins."""
    found = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + word + b"\0\0").decode()
        found.append(encoded[-(-shift * 8 // 6): (shift + len(word)) * 8 // 6])
    return found
