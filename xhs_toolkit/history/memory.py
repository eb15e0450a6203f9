"""The agency's memory: a finished campaign is added, the whole is read, and a campaign recalls what it may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.errors import CampaignError, Problem, XhsError
from xhs_toolkit.history.place import (
    Place,
    find_key_file,
    find_place,
    find_sign,
    list_files,
    make_key,
    make_pseudonym,
    read_file,
    read_key,
    read_labels,
    remove_file,
    sign_key,
    write_file,
)
from xhs_toolkit.history.queries import (
    CAMPAIGNS,
    CELLS,
    EVIDENCE,
    FORECASTS,
    MAX_CLIENT_SHARE,
    MIN_CLIENTS,
    MIN_CREATORS,
    MIN_NOTES,
    SETTLED_DAYS,
    TOTALS,
    ask,
)
from xhs_toolkit.history.rows import (
    ADDED,
    BROUGHT,
    COLUMNS,
    EARLIER,
    LAYOUT,
    MIN_ROWS,
    NOTE_DIGITS,
    UNKNOWN,
    coarsen,
    make_rows,
    make_table,
    name_campaign,
    name_category,
    round_digits,
    spread_neighbours,
)
from xhs_toolkit.thread import find_planned_at

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.plans import Plan

PLACEHOLDER_CAMPAIGN = "New campaign"
LEAST = {
    **{"settled_days": SETTLED_DAYS, "min_clients": MIN_CLIENTS, "min_creators": MIN_CREATORS},
    **{"min_notes": MIN_NOTES, "max_client_share": MAX_CLIENT_SHARE},
}
"""What a cell of other clients' notes must have."""


class History(NamedTuple):
    """All that the agency remembers (`read_history`).

    Attributes
    ----------
    rows : of every readable file, the columns of `rows.COLUMNS`.
    problems : files that were skipped, and why.
    """

    rows: pa.Table
    problems: tuple[Problem, ...]

    @property
    def is_synthetic(self) -> bool:
        """Whether the campaigns are invented ones."""
        from pyarrow import compute

        return bool(compute.any(self.rows["is_synthetic"]).as_py())

    @property
    def n_campaigns(self) -> int:
        """Campaigns remembered."""
        return len(self.rows["campaign_key"].unique())

    @property
    def n_clients(self) -> int:
        """Clients they were for."""
        return len(self.rows["client_key"].unique())


class Memory(NamedTuple):
    """What one campaign may know of the others (`recall`): pseudonyms only, and nothing that two clients feed alone.

    Attributes
    ----------
    benchmarks : of `summarise_benchmarks`, over the notes of other clients.
    evidence : one row a note of another client's campaign and metric, from before this campaign, in cells of at least
        `MIN_CLIENTS` of them: ``metric``, ``tier``, ``format``, ``creator_key``, ``client_key``, ``campaign_key``,
        ``posted_at`` (the month), ``value``, ``of_category`` (whether only this campaign's category is in the cell).
    forecasts : of `list_forecasts`, of every campaign but this one.
    brought : of `list_brought`.
    problems : files that were skipped, and why.
    """

    benchmarks: pd.DataFrame
    evidence: pd.DataFrame
    forecasts: pd.DataFrame
    brought: pd.DataFrame
    problems: tuple[Problem, ...]


# ------------------------------------------------------------------------------------------- adding


def add_campaign(
    notes: pd.DataFrame,
    *,
    campaign: Campaign,
    plan: Plan | None = None,
    brought: Mapping[str, float | None] | None = None,
) -> str:
    """Add a finished campaign, or replace what was remembered of it, and return the name of its file.

    Parameters
    ----------
    notes : the campaign's notes as the results step wrote them.
    plan : the accepted plan; None where there is none.
    brought : what the campaign could call its own of the client's figures (`rows.BROUGHT`), as its results told.

    Raises
    ------
    CampaignError
        nobody named the client or the campaign, there is no note, the history was made with another key, or the place
        cannot be written to.
    """
    _check_named(campaign)
    if notes.empty:
        fix = "put the campaign's exports into data/ and run it again"
        raise CampaignError("There is nothing to remember.", [Problem("has no note in its latest run", fix)])
    place = find_place(campaign)
    key = find_key(place) or make_key(place.home)
    name = f"{name_campaign(campaign, key=key)}.parquet"
    rows = make_rows(notes, campaign=campaign, key=key, plan=plan, brought=brought)
    if rows.empty:
        what = f"has fewer than {MIN_ROWS} settled paid notes, which could be told from public pages"
        raise CampaignError("There is nothing to remember.", [Problem(what, "remember a larger campaign")])
    write_file(place, name, make_table(rows, sign=sign_key(key)))
    return name


def remove_campaign(campaign: Campaign) -> bool:
    """Take a campaign out of the history; whether it was in it."""
    place = find_place(campaign)
    key = find_key(place)
    return key is not None and remove_file(place, f"{name_campaign(campaign, key=key)}.parquet")


def _check_named(campaign: Campaign) -> None:
    """Two campaigns that nobody named would take each other's place."""
    unnamed = [
        Problem(
            "is the template's", f"write the {setting}'s own name", file="campaign.yaml", column=setting, value=value
        )
        for setting, value, is_template in (
            ("client", campaign.client, campaign.is_placeholder),
            ("campaign", campaign.name, campaign.name == PLACEHOLDER_CAMPAIGN),
        )
        if is_template
    ]
    if unnamed:
        raise CampaignError("The history knows a campaign by its client, its name and its first day.", unnamed)


def find_key(place: Place) -> bytes | None:
    """Return the key that the history was made with; None where neither a history nor a key is there yet.

    Raises
    ------
    CampaignError : a history is there, and its key is not on this machine: with another one no creator or client would
        be the same again.
    """
    key = read_key(place.home, sign=find_sign(place))
    if key is None and list_files(place):
        fix = "copy it from whoever keeps the history, or from a backup"
        raise CampaignError(
            "The history was made with another key.",
            [Problem("is not the key of this history, or is not there", fix, file=str(find_key_file(place.home)))],
        )
    return key


def list_earlier(place: Place) -> list[str]:
    """Return the names of the files of earlier versions, in which a public page can be found."""
    return [name for name in list_files(place) if read_labels(place, name).get("xhs_history") in EARLIER]


def coarsen_history(place: Place) -> int:
    """Write the files of earlier versions anew, with coarse figures and pseudonyms of one campaign; return how many."""
    names = list_earlier(place)
    for name in names:
        rows = coarsen(_part_campaigns(read_file(place, name).to_pandas().reindex(columns=COLUMNS)))
        if rows.empty:
            remove_file(place, name)
        else:
            write_file(place, name, make_table(rows, sign=read_labels(place, name).get("key", "")))
    return len(names)


def _part_campaigns(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of an earlier version, in which a creator had one pseudonym in all campaigns."""
    pairs = zip(rows["creator_key"], rows["campaign_key"], strict=True)
    keys = [make_pseudonym(key.encode(), "creator", here) if isinstance(key, str) else None for key, here in pairs]
    return rows.assign(creator_key=pd.Series(keys, index=rows.index, dtype="str"))


# ------------------------------------------------------------------------------------------ reading


def read_history(place: Place, *, synthetic: bool | None = None) -> History:
    """Read every campaign's file; a damaged one is skipped and named.

    Parameters
    ----------
    synthetic : whether invented campaigns are read or genuine ones, which never mix; by default the genuine ones, or
        the invented ones where there are no others.
    """
    import pyarrow as pa
    from pyarrow import compute

    tables: list[pa.Table] = []
    problems: list[Problem] = []
    sign = find_sign(place)
    for name in list_files(place):
        found = _read(place, name, sign=sign)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            tables.append(found)
    empty = make_table(pd.DataFrame(columns=COLUMNS), sign="").replace_schema_metadata(None)
    rows = pa.concat_tables([empty, *tables])
    genuine = compute.invert(rows["is_synthetic"])
    wanted_genuine = not synthetic if synthetic is not None else bool(compute.any(genuine).as_py()) or not len(rows)
    return History(rows.filter(genuine if wanted_genuine else rows["is_synthetic"]), tuple(problems))


def _read(place: Place, name: str, *, sign: str | None) -> pa.Table | Problem:
    again = "add that campaign again with: xhs history add FOLDER"
    try:
        table = read_file(place, name)
    except FileNotFoundError:
        return Problem("was removed while it was read", "", file=name)
    except (OSError, ValueError) as error:
        return Problem(f"is damaged and was skipped ({type(error).__name__})", again, file=name)
    labels = read_labels(place, name)
    if set(COLUMNS) - ADDED - set(table.column_names) or labels.get("xhs_history") not in {LAYOUT, *EARLIER}:
        return Problem("has another layout and was skipped", again, file=name)
    if labels.get("key") != sign:
        return Problem("was made with another key and was skipped", again, file=name)
    filled = _fill_added(table).select(COLUMNS)
    return make_table(spread_neighbours(filled.to_pandas()), sign="").replace_schema_metadata(None)


def _fill_added(table: pa.Table) -> pa.Table:
    """Earlier versions' files, with what they lack as missing."""
    import pyarrow as pa

    for name in sorted(ADDED - set(table.column_names)):
        table = table.append_column(name, pa.nulls(table.num_rows, pa.float64()))
    return table


def summarise_benchmarks(rows: pa.Table) -> pd.DataFrame:
    """Summarise paid, settled notes by tier × category × format, and over all categories.

    Returns
    -------
    One row a cell and metric (exposure, views, engagement, click_rate, cost_per_organic_view_cny): ``tier``,
    ``category`` (``all`` over all of them), ``format``, ``metric``, ``counted_as`` (click rates and engagement that
    are counted otherwise stay apart), ``n_notes``, ``n_creators``, ``n_clients``, ``n_campaigns``, ``q25``, ``q50``,
    ``q75`` to two digits, ``is_shown``. There are no figures of fewer than `MIN_CLIENTS` clients or `MIN_NOTES` notes,
    where one client has more than `MAX_CLIENT_SHARE` of the notes, and over all categories where those less one that
    is shown would leave fewer clients.
    """
    cells = ask(rows, CELLS, **LEAST)
    kind, is_all = ["tier", "format", "metric", "counted_as"], cells["category"].eq("all")
    enough = cells["n_clients"].ge(MIN_CLIENTS) & cells["n_notes"].ge(MIN_NOTES) & ~cells["is_dominated"]
    few_beside = enough & ~is_all & cells["n_clients_beside"].between(1, MIN_CLIENTS - 1)
    told_apart = cells.assign(few=few_beside).groupby(kind)["few"].transform("any")
    shown = enough & ~(is_all & told_apart)
    figures = {name: round_digits(cells[name].where(shown), digits=NOTE_DIGITS) for name in ("q25", "q50", "q75")}
    alone = cells.duplicated([*kind, "n_notes"], keep=False)
    told = cells.assign(**figures, is_shown=shown).drop(columns=["n_clients_beside", "is_dominated"])
    return told[~(alone & is_all)].reset_index(drop=True)


def list_forecasts(rows: pa.Table) -> pd.DataFrame:
    """List each planned note with what it brought: one row a note and metric, as `forecast.score_history` reads it.

    Returns
    -------
    ``campaign_key``, ``client_key``, ``creator_key``, ``tier``, ``format``, ``metric``, ``observed``, ``p10``,
    ``p50``, ``p90`` as promised, and ``shift`` and ``stretch`` that were in the promise already.
    """
    return ask(rows, FORECASTS, settled_days=SETTLED_DAYS)


def list_campaign_totals(rows: pa.Table) -> pd.DataFrame:
    """List what each planned campaign brought in all beside what was promised.

    Returns
    -------
    One row a campaign and metric: ``observed``, ``p10``, ``p50``, ``p90``, ``n_notes``. A campaign with a planned
    note that still grows is left out.
    """
    return ask(rows, TOTALS, settled_days=SETTLED_DAYS)


def list_brought(rows: pa.Table, *, client_key: str, campaign_key: str, before: str | None) -> pd.DataFrame:
    """List what earlier campaigns brought their clients, of others only what `MIN_CLIENTS` of them tell.

    Parameters
    ----------
    before : month, such as 2026-06, before which a campaign's last note came out; None for all.

    Returns
    -------
    One row a campaign but this one: ``is_client`` (of the same client), ``views`` and the figures of `rows.BROUGHT`.
    """
    found = ask(rows, CAMPAIGNS)
    found = found[found["campaign_key"].ne(campaign_key) & (found["last_month"].lt(before) if before else True)]
    found = found.assign(is_client=found["client_key"].eq(client_key))
    others = found[~found["is_client"]]
    told = {name: others.loc[others[name].notna(), "client_key"].nunique() for name in BROUGHT}
    hidden = {name: found[name].where(found["is_client"] | (told[name] >= MIN_CLIENTS)) for name in BROUGHT}
    return found.assign(**hidden)[["is_client", "views", *BROUGHT]].reset_index(drop=True)


# ---------------------------------------------------------------------------------------- recalling


def known_then(rows: pa.Table, at: pd.Timestamp | None) -> pa.Table:
    """The notes whose figures were known at a moment: their month had ended, and then their age in days had passed.

    Parameters
    ----------
    at : of `thread.find_planned_at`; None where all is known.
    """
    from pyarrow import array

    if at is None:
        return rows
    ends = pd.to_datetime(rows["posted_month"].to_pandas()) + pd.offsets.MonthEnd(1)
    seen = ends + pd.to_timedelta(rows["age_days"].to_pandas(), unit="D")
    return rows.filter(array(seen.lt(at.tz_localize(None))))


def recall(campaign: Campaign) -> Memory:
    """Return what a campaign may know of the agency's others when it is planned; empty where there is no history.

    A history that cannot be reached stops no run: it is named among the problems.
    """
    from pyarrow import compute

    try:
        place = find_place(campaign)
        key = find_key(place)
        if key is None:
            return _nothing()
        history = read_history(place, synthetic=campaign.synthetic)
    except XhsError as error:
        return _nothing(tuple(error.problems) or (Problem(error.message, file="agency.yaml", column="history"),))
    rows, own = history.rows, name_campaign(campaign, key=key)
    at, client = find_planned_at(campaign), make_pseudonym(key, "client", campaign.client)
    brought = list_brought(rows, client_key=client, campaign_key=own, before=f"{at:%Y-%m}" if at else None)
    rows = known_then(rows, at)
    others = rows.filter(compute.not_equal(rows["client_key"], client))
    evidence = ask(others, EVIDENCE, category=name_category(campaign), **LEAST)
    benchmarks = summarise_benchmarks(others)
    forecasts = list_forecasts(rows.filter(compute.not_equal(rows["campaign_key"], own)))
    shown = benchmarks[benchmarks["is_shown"]].reset_index(drop=True)
    return Memory(shown, evidence, forecasts, brought, history.problems)


def _nothing(problems: tuple[Problem, ...] = ()) -> Memory:
    empty = make_table(pd.DataFrame(columns=COLUMNS), sign="")
    brought = list_brought(empty, client_key="", campaign_key="", before=None)
    evidence = ask(empty, EVIDENCE, category=UNKNOWN, **LEAST)
    return Memory(summarise_benchmarks(empty), evidence, list_forecasts(empty), brought, tuple(problems))
