"""The agency's memory: a finished campaign is added, the whole is read, and a campaign recalls what it may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.errors import CampaignError, Problem, XhsError
from xhs_toolkit.history.keys import make_key, make_pseudonym, read_key, sign_key
from xhs_toolkit.history.place import Place, find_place, list_files, read_file, remove_file, write_file
from xhs_toolkit.history.queries import (
    CAMPAIGNS,
    CELLS,
    EVIDENCE,
    FORECASTS,
    MIN_CLIENTS,
    MIN_CREATORS,
    SETTLED_DAYS,
    TOTALS,
    ask,
)
from xhs_toolkit.history.rows import (
    ADDED,
    BROUGHT,
    COLUMNS,
    LAYOUT,
    UNKNOWN,
    make_rows,
    make_table,
    name_campaign,
    name_category,
)
from xhs_toolkit.thread import find_planned_at

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.plans import Plan

PLACEHOLDER_CAMPAIGN = "New campaign"


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
    key = make_key(place.home)
    _check_key(place, key)
    name = f"{name_campaign(campaign, key=key)}.parquet"
    rows = make_rows(notes, campaign=campaign, key=key, plan=plan, brought=brought)
    write_file(place, name, make_table(rows, key=key))
    return name


def remove_campaign(campaign: Campaign) -> bool:
    """Take a campaign out of the history; whether it was in it."""
    place = find_place(campaign)
    key = read_key(place.home)
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


def _check_key(place: Place, key: bytes) -> None:
    """Refuse to mix pseudonyms of two keys: no creator or client would be the same again."""
    for name in list_files(place)[:1]:
        try:
            signed = _signature(read_file(place, name))
        except (OSError, ValueError):
            return
        if signed and signed != sign_key(key):
            fix = "put the agency's history.key beside agency.yaml"
            raise CampaignError(
                "The history was made with another key.", [Problem("is another", fix, file="history.key")]
            )


def _signature(table: pa.Table) -> str:
    return (table.schema.metadata or {}).get(b"key", b"").decode()


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
    key = read_key(place.home)
    for name in list_files(place):
        found = _read(place, name, signature=sign_key(key) if key else "")
        if isinstance(found, Problem):
            problems.append(found)
        else:
            tables.append(found)
    empty = make_table(pd.DataFrame(columns=COLUMNS), key=b"").replace_schema_metadata(None)
    rows = pa.concat_tables([empty, *tables])
    genuine = compute.invert(rows["is_synthetic"])
    wanted_genuine = not synthetic if synthetic is not None else bool(compute.any(genuine).as_py()) or not len(rows)
    return History(rows.filter(genuine if wanted_genuine else rows["is_synthetic"]), tuple(problems))


def _read(place: Place, name: str, *, signature: str) -> pa.Table | Problem:
    again = "add that campaign again with: xhs history add FOLDER"
    try:
        table = read_file(place, name)
    except FileNotFoundError:
        return Problem("was removed while it was read", "", file=name)
    except (OSError, ValueError) as error:
        return Problem(f"is damaged and was skipped ({type(error).__name__})", again, file=name)
    needed = set(COLUMNS) - ADDED - set(table.column_names)
    if needed or (table.schema.metadata or {}).get(b"xhs_history", b"").decode() != LAYOUT:
        return Problem("has another layout and was skipped", again, file=name)
    if signature and _signature(table) != signature:
        return Problem("was made with another key and was skipped", again, file=name)
    return _fill_added(table).select(COLUMNS).replace_schema_metadata(None)


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
    ``q75``, ``is_shown``. Cells of fewer than `MIN_CLIENTS` clients have no figures.
    """
    cells = ask(rows, CELLS, settled_days=SETTLED_DAYS)
    shown = cells["n_clients"] >= MIN_CLIENTS
    figures = ["q25", "q50", "q75"]
    cells = cells.assign(**{name: cells[name].where(shown) for name in figures}, is_shown=shown)
    alone = cells.duplicated(["tier", "format", "metric", "counted_as", "n_notes"], keep=False)
    return cells[~(alone & cells["category"].eq("all"))].reset_index(drop=True)


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
        key = read_key(place.home)
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
    values = {"settled_days": SETTLED_DAYS, "min_clients": MIN_CLIENTS, "min_creators": MIN_CREATORS}
    evidence = ask(others, EVIDENCE, category=name_category(campaign), **values)
    benchmarks = summarise_benchmarks(others)
    forecasts = list_forecasts(rows.filter(compute.not_equal(rows["campaign_key"], own)))
    shown = benchmarks[benchmarks["is_shown"]].reset_index(drop=True)
    return Memory(shown, evidence, forecasts, brought, history.problems)


def _nothing(problems: tuple[Problem, ...] = ()) -> Memory:
    empty = make_table(pd.DataFrame(columns=COLUMNS), key=b"")
    values = {"category": UNKNOWN, "settled_days": 0.0, "min_clients": MIN_CLIENTS, "min_creators": MIN_CREATORS}
    brought = list_brought(empty, client_key="", campaign_key="", before=None)
    evidence = ask(empty, EVIDENCE, **values)
    return Memory(summarise_benchmarks(empty), evidence, list_forecasts(empty), brought, tuple(problems))
