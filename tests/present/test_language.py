"""A language is a folder: with one more, figures, sentences and settings have it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xhs_toolkit import bundled
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import style, wording
from xhs_toolkit.present.style import LANGUAGE_FILE

CHANGED = {"missing: not measured": "missing: non mesuré", 'money: "¥{amount}"': 'money: "{amount} ¥"'}
CHANGED |= {"month} {year}": "month} de l’an {year}", "large_numbers: {}": "large_numbers: {k: 1000}"}


@pytest.fixture
def french(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "templates" / "report" / "wording"
    shutil.copytree(repository / "templates" / "report" / "wording" / "en", folder / "fr")
    text = (folder / "fr" / LANGUAGE_FILE).read_text(encoding="utf-8")
    for before, after in CHANGED.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "fr" / LANGUAGE_FILE).write_text(text, encoding="utf-8")
    (folder / "fr" / "terms.yaml").write_text("terms.views: Vues\n", encoding="utf-8")
    for module in (bundled, style, wording):
        monkeypatch.setattr(module, "bundled_folder", lambda name: tmp_path / name)
    return tmp_path


def test_another_folder_is_another_language(french: Path) -> None:
    assert bundled.list_languages() == ("fr",)
    told = [style.format_value(name, value, language="fr") for name, value in (("views", 12_345), ("spend_cny", 0.2))]
    assert told == ["12.3k", "0.20 ¥"]
    assert style.format_value("views", None, language="fr") == "non mesuré"
    assert style.format_value("start_date", "2026-08-05", language="fr") == "5 Aug de l’an 2026"
    assert wording.label("views", language="fr") == "Vues"
    assert wording.label("collects", language="fr") == "Saves", "a column without a term has its English label"
    assert "exposure of 0" in wording.say(Finding("results.zero_exposure", {"n_notes": 1}), language="fr")


def test_a_campaign_may_choose_it(french: Path) -> None:
    (french / "campaign.yaml").write_text("client: A\nlanguages: [fr]\n", encoding="utf-8")
    assert read_campaign(french).languages == ("fr",)
