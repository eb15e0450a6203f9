"""Every kind of export is one YAML, and its example rows are its test; an agency can add its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import check_own_kinds, explain_file
from xhs_toolkit.exports.explain import check_example
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.store import list_inputs, open_exports

FILES = sorted((bundled_folder("templates") / "exports" / "kinds").glob("*.yaml"))


OWN = re.search(
    r"```yaml\n(.*?)```", (bundled_folder("templates").parent / "docs/own_exports.md").read_text("utf-8"), re.S
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_example_of_a_kind_is_read_as_its_file_says(path: Path, tmp_path: Path) -> None:
    said = read_bundled_yaml(path)
    assert said["kind"] == path.stem
    assert len(said["reads"]) >= len(said["required"])
    assert check_example(path, campaign=Campaign(folder=tmp_path)) == []


def test_kinds_come_in_their_order_and_none_twice() -> None:
    kinds = [layout.kind for layout in list_layouts()]
    assert len(set(kinds)) == len(kinds) == len(FILES)
    assert kinds.index("dandelion_notes") < kinds.index("agency_notes")


# -------------------------------------------------------------------------- an agency's own kinds

POSTS = 'Post ref,Headline,Went out,Eyeballs,Hearts\n64a1b2c3000000001f00a009,Lakes,2026-07-12 10:00:00,"9,100",77\n'


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign with a file of the kind that docs/own_exports.md describes, in an agency that has no such kind yet."""
    (tmp_path / "agency.yaml").write_text("name: Kea\n", encoding="utf-8")
    (tmp_path / "own_exports").mkdir()
    folder = tmp_path / "spring"
    (folder / "data").mkdir(parents=True)
    (folder / "campaign.yaml").write_text("client: Kowhai\n", encoding="utf-8")
    (folder / "data" / "week.csv").write_text(POSTS, encoding="utf-8")
    return folder


def add_kind(campaign: Path, text: str) -> None:
    (campaign.parent / "own_exports" / "kowhai.yaml").write_text(text, encoding="utf-8")


def test_an_agency_adds_a_kind_of_its_own(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert open_exports(read_campaign(campaign)).tables["notes"]["views"].isna().all(), "Eyeballs says nothing"
    before = list_inputs(campaign)
    assert OWN
    add_kind(campaign, OWN.group(1))
    [note] = open_exports(read_campaign(campaign)).tables["notes"].to_dict("records")
    assert (note["source"], note["views"], note["likes"]) == ("kowhai_posts", 9_100, 77)
    assert [each["file"] for each in list_inputs(campaign) if each not in before] == ["../own_exports/kowhai.yaml"]
    assert main(["check", str(campaign)]) == 0
    said = capsys.readouterr().out
    assert "kowhai_posts, 1 row" in said
    assert "Nothing needs a human." in said
    assert "kowhai_posts" in explain_file(campaign / "data" / "week.csv", campaign=read_campaign(campaign))


def test_an_example_that_comes_out_otherwise_is_told(campaign: Path) -> None:
    assert OWN
    add_kind(campaign, OWN.group(1).replace("notes.views: 12400", "notes.views: 12.4"))
    told = [str(problem) for problem in check_own_kinds(read_campaign(campaign))]
    assert told == ["own_exports/kowhai.yaml, setting notes.views: gives 12400.0 and not 12.4. Fix: correct it."]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("table: notes", "table: posts", "setting table: posts is no table. Fix: write one of creators, notes"),
        ("  views: [", "  eyeballs: [", "setting columns: eyeballs is no column"),
        ("kind: kowhai", "kind: agency", "setting kind: begins with agency_"),
        ("required:\n- [note_id]\n- [views, likes]\n", "", "setting required: is missing"),
        ("kind: ", "like: fame\nquirks: [fly]\nkind: ", "setting quirks: fly is no function of the readers"),
        ("kind: ", "kin: x\nkind: ", "setting kin: is no setting of a kind"),
        ("columns:", "columns: [", "is no YAML"),
    ],
)
def test_what_is_wrong_with_an_own_kind_is_told(campaign: Path, old: str, new: str, told: str) -> None:
    assert OWN
    add_kind(campaign, OWN.group(1).replace(old, new, 1))
    with pytest.raises(CampaignError) as caught:
        open_exports(read_campaign(campaign))
    assert "own_exports/kowhai.yaml" in str(caught.value)
    assert told in str(caught.value)
