"""What readers said and asked under the campaign's notes: themes with their shares, answers and short quotes."""

from __future__ import annotations

from xhs_toolkit.comments.heard import Heard, cut_words, find_theme, is_quotable, summarise_comments

__all__ = ["Heard", "cut_words", "find_theme", "is_quotable", "summarise_comments"]
