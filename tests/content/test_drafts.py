"""Drafts in the campaign folder: read, checked, and refused where they are not drafts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.content.drafts import check_draft_file, check_drafts
from xhs_toolkit.content.rules import choose_rules
from xhs_toolkit.errors import ExportError

PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def write_docx(path: Path, *paragraphs: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", DOCUMENT.format("".join(map(PARAGRAPH.format, paragraphs))))
    return path


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    text = "content:\n  message: 全国最低价的徒步鞋\n  must_say: [{en: Waterproof to 10 metres}]\n"
    (tmp_path / "campaign.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "drafts").mkdir()
    return read_campaign(tmp_path)


def test_every_kind_of_draft_is_read(campaign: Campaign) -> None:
    drafts = campaign.folder / "drafts"
    (drafts / "a.txt").write_text("品牌合作 全网最佳", encoding="utf-8")
    (drafts / "b.md").write_bytes("品牌合作 顶级手感".encode("gb18030"))
    write_docx(drafts / "c.docx", "品牌合作", "国家", "国家级品质")
    (drafts / "~$c.docx").write_text("lock", encoding="utf-8")
    (drafts / "photo.jpg").write_bytes(b"x")
    found = check_drafts(campaign, rules=choose_rules(campaign))
    assert found.files["file"].tolist() == ["a.txt", "b.md", "c.docx"]
    assert found.files["n_hits"].tolist() == [1, 1, 1]
    words = found.hits.set_index("file")["words"]
    assert (words["a.txt"], words["b.md"], words["c.docx"]) == ("全网最佳", "顶级", "国家级")
    assert words["campaign.yaml"] == "全国最低价", "a brief must not ask for what the rules bar"
    assert found.problems == ()


def test_a_draft_without_a_mark_is_a_hit(campaign: Campaign) -> None:
    path = campaign.folder / "drafts" / "a.txt"
    path.write_text("步道很安静。", encoding="utf-8")
    hits = check_draft_file(path, rules=choose_rules(campaign))
    assert {hit.rule.rule for hit in hits} == {"cn.disclosure", "au.disclosure", "nz.disclosure"}


def test_what_is_not_a_draft_is_a_problem_and_stops_nobody(campaign: Campaign) -> None:
    drafts = campaign.folder / "drafts"
    (drafts / "bad.docx").write_bytes(b"not a zip")
    with zipfile.ZipFile(drafts / "empty.docx", "w") as archive:
        archive.writestr("other.xml", "<a/>")
    (drafts / "good.txt").write_text("品牌合作", encoding="utf-8")
    found = check_drafts(campaign, rules=choose_rules(campaign))
    assert found.files["file"].tolist() == ["good.txt"]
    assert sorted(problem.file for problem in found.problems) == ["drafts/bad.docx", "drafts/empty.docx"]


def test_a_bomb_and_an_entity_are_not_opened(campaign: Campaign, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<a>" + " " * 6_000_000 + "</a>")
    with pytest.raises(ExportError, match="too large"):
        check_draft_file(bomb, rules=())
    secret = tmp_path / "secret.txt"
    secret.write_text("全网最佳", encoding="utf-8")
    sly = tmp_path / "sly.docx"
    with zipfile.ZipFile(sly, "w") as archive:
        entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        archive.writestr("word/document.xml", entity + DOCUMENT.format(PARAGRAPH.format("广告 &x;")))
    assert check_draft_file(sly, rules=choose_rules(campaign)) == ()


def test_without_the_folder_nothing_is_checked(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text("client: A\n", encoding="utf-8")
    campaign = read_campaign(tmp_path)
    found = check_drafts(campaign, rules=choose_rules(campaign))
    assert (len(found.files), len(found.hits), found.problems) == (0, 0, ())


def test_another_kind_of_file_is_refused_with_the_fix(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(ExportError, match="txt, md or docx"):
        check_draft_file(path, rules=())
