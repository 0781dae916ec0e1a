# SPDX-License-Identifier: GPL-3.0-or-later
"""What a wait says while it lasts: when to speak, and in which words. The clock's readings come in; text goes out."""

from __future__ import annotations

# A line is worth reading when something changed; the rest of the time it only says that nobody has fallen asleep.
EVERY = 15.0
LONGEST = 200


class Progress:
    """The lines of one wait."""

    def __init__(self, host: str, what: str, limit: float) -> None:
        self._start = f"[{host}] {what}: "
        self._limit = limit
        self._text: str | None = None
        self._said = 0.0

    def line(self, text: str, waited: float) -> str | None:
        """The line to show now; None when there is nothing new to say."""
        if text == self._text and waited - self._said < EVERY:
            return None
        self._text, self._said = text, waited
        return f"{self._start}{shorten(text, LONGEST)} - {waited:.0f} s of at most {self._limit:.0f} s"


def waits_for(parts: list[tuple[str, str]], most: int = 3) -> str:
    """`waits for reachable (4 nodes of 6 answering), slots_covered (10923 of 16384 slots) and 2 more` out of (name, state)."""
    shown = ", ".join(f"{name} ({first_clause(state)})" if state else name for name, state in parts[:most])
    return f"waits for {shown}" + (f" and {len(parts) - most} more" if len(parts) > most else "")


def first_clause(text: str) -> str:
    return shorten(text.split(";")[0].strip(), 120)


def shorten(text: str, longest: int) -> str:
    """One line without what a terminal would take for a command."""
    plain = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return plain if len(plain) <= longest else plain[: longest - 3].rstrip() + "..."
