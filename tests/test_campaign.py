"""Campaign settings: what is read, and what is said about what cannot be."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit.campaign import Campaign, read_campaign, safe_name, write_new_campaign
from xhs_toolkit.campaign.agency import AgencySettings
from xhs_toolkit.campaign.models import CampaignSettings
from xhs_toolkit.campaign.values import MAX_BYTES, MAX_CHARACTERS, RESERVED
from xhs_toolkit.errors import CampaignError

GOLDEN = Path(__file__).parent / "golden" / "campaign"


def read(folder: Path, text: str | bytes) -> Campaign:
    folder.mkdir(exist_ok=True)
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / "campaign.yaml").write_bytes(raw)
    return read_campaign(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clients" / "spring"


@pytest.fixture(autouse=True)
def _clients(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()


def complain(folder: Path, text: str | bytes) -> str:
    with pytest.raises(CampaignError) as caught:
        read(folder, text)
    return str(caught.value)


# ------------------------------------------------------------------------------------------ reading


def test_a_full_campaign_is_understood(folder: Path) -> None:
    campaign = read(
        folder,
        """
client: Harbour Tours
campaign: 2026 spring
objective: Sales
second_objective: trust
markets: [NZ, au]
window: {start: 2026/7/1, end: 2026年8月2日}
budget: {amount: "50,000", currency: nzd, cny_per_unit: 4.2, rate_date: 2026-06-30}
category: travel
themes:
  - {name: Gifts, name_zh: 礼物, keywords: 新年，送礼}
  - {name: Views}
targets: {click_rate: 8%, views: 120000}
time_zone: Pacific/Auckland
languages: 中文, en
files:
  - {file: notes*.xlsx, creator_id: 012345678901234567, columns: {曝光次数: exposure}, read_private: yes}
""",
    )
    assert (campaign.client, campaign.name, campaign.objective) == ("Harbour Tours", "2026 spring", "sales")
    assert campaign.markets == ("NZ", "AU")
    assert (campaign.window.start, campaign.window.end) == (dt.date(2026, 7, 1), dt.date(2026, 8, 2))
    assert campaign.budget is not None
    assert campaign.budget.amount_cny == pytest.approx(210_000)
    assert [theme.keywords for theme in campaign.themes] == [("新年", "送礼"), ("Views",)]
    assert (campaign.targets.click_rate, campaign.targets.views) == (0.08, 120_000)
    assert campaign.languages == ("zh", "en")
    assert campaign.files[0].creator_id == "012345678901234567"
    assert campaign.files[0].read_private is True
    assert campaign.folder == folder


def test_nothing_is_interpreted_on_the_way(folder: Path) -> None:
    campaign = read(folder, "client: 007\nmarkets: [NO]\ncategory: 2026-07-01\nbrand_names: [on, 1e3]\n")
    assert (campaign.client, campaign.markets, campaign.category) == ("007", ("NO",), "2026-07-01")
    assert campaign.brand_names == ("on", "1e3")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "window:\nbudget:\n  amount:\n  currency: CNY\n"])
def test_settings_left_empty_have_working_defaults(folder: Path, text: str) -> None:
    assert read(folder, text) == Campaign(folder=folder)


def test_a_full_width_comma_parts_the_items_of_a_list(folder: Path) -> None:
    campaign = read(
        folder, "brand_names: [Kea，示例]\nhashtags: 【新年、送礼】\ncontent: {must_not_say: ['最低，最好']}\n"
    )
    assert (campaign.brand_names, campaign.hashtags) == (("Kea", "示例"), ("新年", "送礼"))
    assert campaign.content.must_not_say[0].zh == "最低，最好"


def test_a_campaign_is_frozen(folder: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read(folder, "client: A").client = "B"  # type: ignore[misc]


def test_a_byte_order_mark_is_no_problem(folder: Path) -> None:
    assert read(folder, "client: 港湾".encode("utf-8-sig")).client == "港湾"


def test_a_client_name_keeps_its_signs_and_loses_its_control_characters(folder: Path) -> None:
    assert read(folder, 'client: "Black™\\u202e\\u0007 & Co"').client == "Black™ & Co"


# ----------------------------------------------------------------------------------------- messages


def test_everything_wrong_is_listed_at_once(folder: Path) -> None:
    message = complain(folder, (GOLDEN / "wrong.yaml").read_text(encoding="utf-8"))
    assert message == (GOLDEN / "wrong.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "objective: sale",
            "line 1, setting objective: 'sale' is not one of awareness, trust, sales, leads. Fix: write sales",
        ),
        ("window:\n  start: 2026-02-30", "line 2, setting window.start: '2026-02-30' is not a date that exists"),
        ("window:\n  start: 1/7/2026", "'1/7/2026' is not a date. Fix: write year, month, day: 2026-07-01"),
        ("window:\n  start: 0206-07-01", "is not between 2013 and 20"),
        ("window: July", "line 1, setting window: 'July' must hold settings of its own"),
        ("second_objective: awareness", "is the first objective again"),
        ("budget: {amount: -5}", "'-5' must be above 0"),
        ("budget: {amount: 5, currency: dollars}", "'dollars' is not a currency code"),
        ("budget: {amount: 5, cny_per_unit: 4.2}", "'4.2' is not 1, the rate of CNY to CNY"),
        ("budget: {amount: nan}", "setting budget.amount"),
        ("budget: {amout: 5}", "setting budget.amout: is not a setting. Fix: write amount"),
        ("budget:\n  amout:", "setting budget.amout: is not a setting. Fix: write amount"),
        ("budget: {amount: 52.000}", "'52.000' can be read in two ways. Fix: write 52000"),
        ("budget: {amount: 5, currency: XYZ}", "'XYZ' is not a currency code"),
        (
            "budget: {amount: 5, currency: NZD, cny_per_unit: 0.24, rate_date: 2026-07-01}",
            "is no rate of NZD to CNY: it lies between 3 and 7. Fix: write 4.167, the CNY that one NZD costs",
        ),
        ("targets: {views: 1e99}", "is larger than anything that can be counted"),
        ("targets: {exposure: 100, views: 200}", "views: '200' is above exposure (100)"),
        ("window: {start: 2016-07-01, end: 2026-08-02}", "is more than 731 days after the start"),
        ("window: {end: 2026-08-02}\nplanned_at: 2026-09-01", "is after the window, which ends 2026-08-02"),
        ("files: [{file: a.csv, creator_id: 6.4E+23}]", "'6.4E+23' was ruined by the spreadsheet"),
        (
            "files: [{file: a.csv, creator_id: 5f000000000000000000001}]",
            "has 23 characters; an id of the",
        ),
        ("content: {message: {zh：周末: }}", "content.message.zh：周末: is not a setting"),
        ("content: {message: 不要标注广告}", "asks creators to hide that they are paid"),
        ("sourcing: {brief: Buy 500 followers first}", "asks for invented figures"),
        ("content: {must_say: [Best vape of the year]}", "speaks of goods that the platform lets nobody promote"),
        ("content: {selling_points: [抹黑竞品]}", "asks creators to disparage somebody"),
        ("client: Kea\nsourcing: {competitors: [kea]}", "lists kea among the competitors, the client's own"),
        (
            "vetting: {weights: {fit: 0, engagement: 0, quality: 0, audience: 0, paid: 0, price: 0, growth: 0, "
            "reliability: 0}}",
            "are all zero",
        ),
        ("markets: [NZ, nz]", "lists NZ twice"),
        ("languages: []", "needs at least 1"),
        ("languages: [fr]", "'fr' is not one of en, zh"),
        ("synthetic: perhaps", "'perhaps' is neither yes nor no"),
        ("themes:\n  - name: A\n  - keywords: [x]", "line 3, setting themes.2.name: is missing"),
        ("themes: [{name: A}, {name: A}]", "lists A twice"),
        ("files: [{file: ../../secret.csv}]", "'../../secret.csv' is not a file inside data/"),
        ("files: [{file: 'C:\\notes.csv'}]", "is not a file inside data/"),
        (
            "files: [{file: a.csv, columns: {曝光: exposur}}]",
            "maps 曝光 to exposur, which no table has. Fix: write exposure",
        ),
        ("folder: /tmp", "setting folder: is not a setting"),
        ("agency: {}", "setting agency: is not a setting"),
        ("client: A\nclient: B", "line 2: 'client' is set twice, first on line 1"),
        ("client: A\n\tcampaign: B", "line 2: 'campaign: B' begins with a tab"),
        ("- client", "line 1: holds no settings"),
        ("client：港湾", "line 1: 'client：港湾' has a full-width colon"),
        ("hashtags: #港湾", "has a # that makes the rest a comment"),
        ("client: a: b", "line 1: has a colon that does not belong here; a text with a colon needs quotes"),
        ("client: 'a", "has a quote that is not closed"),
        ("client: A\n  campaign: B", "line 2"),
        ("client: &a [x]\ncampaign: *a", "uses a YAML anchor or alias"),
        ("client: !!python/object/apply:os.system [ls]", "uses a YAML tag"),
        ("client: " + "[" * 500, "nests settings more than 8 deep"),
        ("client: A\ncampaign: \x01B", "line 2: holds a character that is not text"),
        ("client: " + "x" * 200_000, "is larger than 100,000 bytes"),
        ("? [a, b]\n: c", "has a list where the name of a setting belongs"),
        ("client: A\ncampaign: \x00\x00\x00B", "is not a text file"),
        ("---\nclient: A\n---\nclient: B", "holds a second document after ---"),
    ],
)
def test_a_fault_is_named_with_its_line_and_its_fix(folder: Path, text: str, expected: str) -> None:
    assert expected in complain(folder, text)


@pytest.mark.parametrize(("encoding", "name"), [("gb18030", "GB18030"), ("utf-16", "UTF-16-LE")])
def test_another_encoding_is_named_and_the_rest_is_still_read(folder: Path, encoding: str, name: str) -> None:
    message = complain(folder, "client: 港湾之旅\nobjectif: sales\n".encode(encoding))
    assert f"is saved as {name}, not as UTF-8" in message
    assert "line 2, setting objectif: is not a setting. Fix: write objective" in message


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        found = read(folder, text.encode("utf-8", errors="surrogatepass"))
    except CampaignError as error:
        found = error
    assert isinstance(found, Campaign) or found.problems


# ------------------------------------------------------------------------------------------ folders


def test_folders_that_are_no_campaign_are_told_apart(tmp_path: Path, folder: Path) -> None:
    read(folder, "client: A")
    cases = {
        tmp_path / "missing": "There is no folder",
        folder / "campaign.yaml": "is the settings file. Give the folder it lies in",
        folder.parent: f"give one of those, such as {folder}",
        tmp_path: "holds no campaign.yaml",
    }
    for place, expected in cases.items():
        with pytest.raises(CampaignError) as caught:
            read_campaign(place)
        assert expected in str(caught.value)


def test_a_file_of_nearly_the_right_name_is_noticed(folder: Path) -> None:
    folder.mkdir()
    (folder / "campaign.yaml.txt").write_text("client: A", encoding="utf-8")
    with pytest.raises(CampaignError, match=r"It holds campaign\.yaml\.txt: rename"):
        read_campaign(folder)


def test_a_new_campaign_is_valid_as_it_is_and_never_overwrites(folder: Path) -> None:
    assert write_new_campaign(folder) == folder
    campaign = read_campaign(folder)
    assert campaign.is_placeholder
    assert campaign.data_folder.is_dir()
    with pytest.raises(CampaignError, match="is not empty"):
        write_new_campaign(folder)
    with pytest.raises(CampaignError, match="is a file"):
        write_new_campaign(folder / "campaign.yaml")


# ------------------------------------------------------------------------------------------- agency


def test_the_agency_is_read_from_the_folder_above(folder: Path) -> None:
    agency = folder.parent / "agency.yaml"
    agency.write_text(
        "tiers: [{name: Big, followers_from: 5000}, {name: Small, followers_from: 0}]\n", encoding="utf-8"
    )
    found = read(folder, "client: A").agency
    assert [tier.name for tier in found.tiers] == ["Small", "Big"]
    agency.write_text("tier: []\nlogo: logo.svg\n", encoding="utf-8")
    message = complain(folder, "clint: A")
    assert "campaign.yaml, line 1, setting clint: is not a setting. Fix: write client" in message
    assert "agency.yaml, line 1, setting tier: is not a setting. Fix: write tiers" in message


def test_a_logo_must_be_a_picture_beside_the_file(folder: Path) -> None:
    agency = folder.parent / "agency.yaml"
    for logo, expected in {"logo.svg": "is not a png or jpg", "logo.png": "does not lie beside agency.yaml"}.items():
        agency.write_text(f"logo: {logo}", encoding="utf-8")
        assert expected in complain(folder, "client: A")


def test_a_colour_is_dark_enough_to_read(folder: Path) -> None:
    agency = folder.parent / "agency.yaml"
    for colour, expected in {"wine": "is not a colour", '"#ffd0d0"': "is too light to read on white"}.items():
        agency.write_text(f"colour: {colour}", encoding="utf-8")
        assert expected in complain(folder, "client: A")
    agency.write_text('colour: "#7a1f3d"\nfont: Lato', encoding="utf-8")
    found = read(folder, "client: A").agency
    assert (found.colour, found.font) == ("#7a1f3d", "Lato")


# ----------------------------------------------------------------------------------------- template


TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def read_template(name: str = "campaign/campaign.yaml") -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def list_examples() -> dict[str, str]:
    """Advanced setting → its example, uncommented. The first line of each is what it means."""
    blocks = read_template().split("# advanced\n")[1].split("\n\n")[1:]
    examples = (block.strip().splitlines() for block in blocks)
    shown = ["\n".join(line.removeprefix("# ") for line in lines[1:]) for lines in examples]
    return {text.split(":")[0]: text for text in shown}


def test_the_templates_say_the_defaults(tmp_path: Path) -> None:
    folder = tmp_path / "clients" / "new"
    (folder.parent / "agency.yaml").write_text(read_template("agency.yaml"), encoding="utf-8")
    campaign = read(folder, read_template())
    defaults = Campaign(folder=folder)
    assert campaign.model_dump(exclude={"agency"}) == defaults.model_dump(exclude={"agency"})
    assert campaign.agency.model_dump(exclude={"folder"}) == defaults.agency.model_dump(exclude={"folder"})


def test_every_advanced_example_is_valid_once_uncommented(folder: Path) -> None:
    everyday = read_template().split("# advanced\n")[0]
    campaign = read(folder, "\n".join([everyday, *list_examples().values()]))
    assert campaign.second_objective == "trust"
    assert campaign.files[0].columns == {"曝光次数": "exposure"}


def test_the_templates_show_every_setting_with_what_it_means() -> None:
    for name, model in (("campaign/campaign.yaml", CampaignSettings), ("agency.yaml", AgencySettings)):
        text = read_template(name)
        for setting, field in model.model_fields.items():
            found = re.search(rf"\n# [A-Z][^\n]+[.;]\n(?:# )?{field.alias or setting}:", text)
            assert found, f"{setting} and a line that says what it means stand in {name}"
    examples = list_examples()
    for setting, example in examples.items():
        inner = CampaignSettings.model_fields[setting].default
        shown = [name for name in getattr(type(inner), "model_fields", {}) if not re.search(rf"\b{name}:", example)]
        assert shown == [], f"{setting} has settings that its example does not show"


def test_the_template_is_short_and_plain_yaml() -> None:
    text = read_template()
    assert len(yaml.safe_load(text)) == 10
    assert max(len(line) for line in text.splitlines()) <= 110


# -------------------------------------------------------------------------------------------- names


@given(st.text())
def test_a_safe_name_is_one_safe_path_part(text: str) -> None:
    name = safe_name(text)
    assert safe_name(name) == name
    assert name
    assert not set(name) & set('<>:"/\\|?*') | {char for char in name if ord(char) < 32}
    assert name[0] not in ". -"
    assert name[-1] not in ". -"
    assert name.split(".")[0].casefold() not in RESERVED
    assert len(name) <= MAX_CHARACTERS + 1
    assert len(name.encode("utf-8")) <= MAX_BYTES + 1
    assert Path(name).name == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("奥克兰机场 · 春节", "奥克兰机场-春节"),
        ("..", "unnamed"),
        ("CON.txt", "CON-txt"),
        ("COM¹", "COM1_"),
        ("a/b\\c:d", "a-b-c-d"),
        ("/etc/passwd", "etc-passwd"),
        ("✨🎉", "unnamed"),
        ("x" * 300, "x" * 60),
    ],
)
def test_known_names(text: str, expected: str) -> None:
    assert safe_name(text) == expected
