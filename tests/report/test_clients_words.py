"""The trade's words are in what a client reads, and the tool's own are not."""

from __future__ import annotations

import re

import pytest
import yaml

from xhs_toolkit.bundled import bundled_folder, list_languages
from xhs_toolkit.report.outline import read_analysts_codes
from xhs_toolkit.report.patterns import find_placeholders

WORDING = bundled_folder("templates") / "report" / "wording"
SCREEN = ("widgets.yaml", "desk.yaml", "language.yaml")
"""What the agency alone reads, and how figures are written."""

VALUES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TOOLS_WORDS = ("decisions.csv", "campaign.yaml", "xhs plan accept", "put it into data/", "in briefs/")


@pytest.mark.parametrize("text", TOOLS_WORDS)
def test_files_folders_and_commands_are_not_sent(text: str) -> None:
    assert find_placeholders(f"Write it down: {text}.") != []


def test_what_a_client_may_read_is_sent() -> None:
    assert find_placeholders("Views / exposure; brand data, plans and drafts") == []


@pytest.mark.parametrize("language", list_languages())
def test_sentences_that_name_the_tool_are_the_analysts(language: str) -> None:
    files = [path for path in (WORDING / language).glob("*.yaml") if path.name not in SCREEN]
    sentences = {code: str(text) for path in files for code, text in yaml.safe_load(path.read_text("utf-8")).items()}
    naming = {code for code, text in sentences.items() if find_placeholders(VALUES.sub(" ", text))}
    assert naming - read_analysts_codes() == set()
    assert read_analysts_codes() <= set(sentences), "the list holds no sentence that is gone"
