"""The questions put to the history, in SQL, answered by DuckDB.

Only paid notes whose figures have settled are looked at. A cell of fewer than `MIN_CLIENTS` clients or `MIN_NOTES`
notes is not shown, so that nobody reads one client's figures off a benchmark: with two, each of them could subtract
its own. Nor is one in which a client holds more than `MAX_CLIENT_SHARE` of the notes, whose middle would be its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.history.rows import name_category

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.history.memory import Memory


MIN_CLIENTS: int = assume("history.min_clients")
MIN_NOTES: int = assume("history.min_notes")
MAX_CLIENT_SHARE: float = assume("history.max_client_share")
MIN_CREATORS: int = assume("forecast.min_creators")
SETTLED_DAYS: float = assume("notes.settled_days")

LONG = """
CREATE TEMP VIEW long AS SELECT * FROM (
    SELECT *, cost_cny / nullif(views_organic, 0) AS cost_per_organic_view_cny FROM rows WHERE scope = 'paid'
) UNPIVOT (value FOR metric IN (exposure, views, engagement, click_rate, cost_per_organic_view_cny))
"""
"""One row a paid note and metric."""

CELLS = """
WITH named AS (
    SELECT *, CASE metric WHEN 'click_rate' THEN click_rate_source WHEN 'engagement' THEN engagement_source ELSE '' END
        AS counted_as
    FROM long WHERE age_days >= $settled_days
),
counted AS (SELECT *, category AS cell FROM named UNION ALL SELECT *, 'all' AS cell FROM named),
of_client AS (
    SELECT tier, cell, format, metric, counted_as, client_key, count(*) AS n_of_client FROM counted GROUP BY ALL
),
largest AS (
    SELECT tier, cell, format, metric, counted_as, max(n_of_client) AS n_largest FROM of_client GROUP BY ALL
),
beside AS (
    SELECT one.tier, one.cell, one.format, one.metric, one.counted_as,
        count(DISTINCT other.client_key) AS n_clients_beside
    FROM of_client AS one JOIN of_client AS other USING (tier, format, metric, counted_as)
    WHERE one.cell <> 'all' AND other.cell NOT IN ('all', one.cell) GROUP BY ALL
)
SELECT
    tier, cell AS category, format, metric, counted_as,
    count(*) AS n_notes, count(DISTINCT creator_key) AS n_creators,
    count(DISTINCT client_key) AS n_clients, count(DISTINCT campaign_key) AS n_campaigns,
    quantile_cont(value, 0.25) AS q25, quantile_cont(value, 0.5) AS q50,
    quantile_cont(value, 0.75) AS q75,
    coalesce(any_value(n_clients_beside), 0) AS n_clients_beside,
    any_value(n_largest) > $max_client_share * count(*) AS is_dominated
FROM counted JOIN largest USING (tier, cell, format, metric, counted_as)
LEFT JOIN beside USING (tier, cell, format, metric, counted_as)
GROUP BY tier, cell, format, metric, counted_as
ORDER BY tier, cell = 'all' DESC, category, format, metric, counted_as
"""
"""Beside the figures of a cell: clients of the same kind in other categories, and whether one client has most notes."""

EVIDENCE = """
WITH formats AS (
    SELECT long.* REPLACE (formats.format AS format) FROM long
    JOIN (VALUES ('image'), ('video')) AS formats (format) ON long.format IN (formats.format, 'unknown')
    WHERE age_days >= $settled_days
),
settled AS (
    SELECT *, false AS of_category FROM formats
    UNION ALL SELECT *, true FROM formats WHERE category = $category
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY of_category, metric, tier, format) AS n_of_all,
        count(*) OVER (PARTITION BY of_category, metric, tier, format, client_key) AS n_of_client,
        row_number() OVER (
            PARTITION BY of_category, metric, tier, format, client_key
            ORDER BY md5(concat_ws('|', campaign_key, creator_key, value))
        ) AS place
    FROM settled
),
shared AS (
    SELECT * FROM counted WHERE place * (1 - $max_client_share) <= (n_of_all - n_of_client) * $max_client_share
),
cells AS (
    SELECT of_category, metric, tier, format FROM shared GROUP BY ALL
    HAVING count(DISTINCT client_key) >= $min_clients AND count(*) >= $min_notes
        AND (NOT of_category OR count(DISTINCT creator_key) >= $min_creators)
),
chosen AS (
    SELECT * FROM cells WHERE of_category UNION ALL
    SELECT other.* FROM cells AS other ANTI JOIN (FROM cells WHERE of_category) AS same USING (metric, tier, format)
    WHERE NOT other.of_category
)
SELECT metric, tier, format, creator_key, client_key, campaign_key, value, of_category,
    strptime(posted_month, '%Y-%m') AS posted_at
FROM shared JOIN chosen USING (of_category, metric, tier, format)
WHERE creator_key IS NOT NULL AND posted_month IS NOT NULL
ORDER BY metric, tier, format, creator_key, posted_at, value
"""
"""Of a client with more than its share of a cell only as many notes as make up the share, by chance. A note whose
format is not told speaks of both."""

FORECASTS = """
SELECT campaign_key, client_key, creator_key, tier, format, metric, observed, p10, p50, p90, shift, stretch
FROM rows UNPIVOT ((observed, p10, p50, p90, shift, stretch) FOR metric IN (
    (exposure, exposure_p10, exposure_p50, exposure_p90, exposure_shift, exposure_stretch) AS 'exposure',
    (views, views_p10, views_p50, views_p90, views_shift, views_stretch) AS 'views',
    (engagement, engagement_p10, engagement_p50, engagement_p90, engagement_shift, engagement_stretch) AS 'engagement'
))
WHERE age_days >= $settled_days AND observed IS NOT NULL AND p10 IS NOT NULL AND p50 IS NOT NULL AND p90 IS NOT NULL
ORDER BY ALL
"""

TOTALS = """
SELECT campaign_key, metric, sum(observed) AS observed, any_value(p10) AS p10, any_value(p50) AS p50,
    any_value(p90) AS p90, count(observed) AS n_notes
FROM (
    SELECT * FROM rows UNPIVOT ((observed, planned, p10, p50, p90) FOR metric IN (
        (exposure, exposure_p50, exposure_total_p10, exposure_total_p50, exposure_total_p90) AS 'exposure',
        (views, views_p50, views_total_p10, views_total_p50, views_total_p90) AS 'views',
        (engagement, engagement_p50, engagement_total_p10, engagement_total_p50, engagement_total_p90) AS 'engagement'
    ))
)
WHERE planned IS NOT NULL AND observed IS NOT NULL AND p50 IS NOT NULL
GROUP BY campaign_key, metric HAVING min(age_days) >= $settled_days
ORDER BY campaign_key, metric
"""


CAMPAIGNS = """
SELECT campaign_key, client_key, max(posted_month) AS last_month, any_value(views_in_all) AS views,
    any_value(leads_in_all) AS leads, any_value(qualified_leads_in_all) AS qualified_leads,
    any_value(foot_traffic_in_all) AS foot_traffic, any_value(orders_in_all) AS orders
FROM rows GROUP BY campaign_key, client_key
ORDER BY campaign_key
"""


def ask(rows: pa.Table, question: str, **values: Any) -> pd.DataFrame:
    """Answer a question about the rows; it reads nothing else and asks nothing of the network."""
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(config=config) as connection:
        connection.register("rows", rows)
        connection.execute(LONG)
        used = {name: value for name, value in values.items() if f"${name}" in question}
        return connection.sql(question, params=used).to_arrow_table().to_pandas()


METRICS = ("exposure", "views", "click_rate", "engagement", "cost_per_organic_view_cny")
SOURCES = {"click_rate": "click_rate_source", "engagement": "engagement_source"}
CELL = ["tier", "format", "metric", "counted_as"]
USUAL = ["q25", "q50", "q75", "basis"]
COUNTS = ["n_notes", "n_creators", "n_clients", "n_campaigns"]
COLUMNS = ["tier", "format", "metric", "observed", "n_measured", *USUAL, *COUNTS, "beside_ratio"]


class HistoryComparison(NamedTuple):
    """What `compare_with_history` found.

    Attributes
    ----------
    table : one row a tier × format × metric that both sides have: ``observed`` (the campaign's middle note) and
        ``n_measured``; ``q25``, ``q50``, ``q75`` of the others' notes with their ``n_notes``, ``n_creators``,
        ``n_clients``, ``n_campaigns`` and ``basis`` (``of_category``, or ``of_all_categories`` where the campaign's
        own has too few clients); ``beside_ratio`` of the two middle notes.
    findings : what the page says of it; nothing where there is nothing to compare with.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def compare_with_history(notes: pd.DataFrame, *, memory: Memory, campaign: Campaign) -> HistoryComparison:
    """Put a campaign's paid, settled notes beside those of other clients' earlier campaigns.

    Parameters
    ----------
    notes : the campaign's notes with the metrics, ``tier`` and ``content_cny``.
    memory : of `recall`.
    """
    here = _summarise(notes)
    usual = memory.benchmarks[memory.benchmarks["category"].isin([name_category(campaign), "all"])]
    basis = usual["category"].eq("all").map({False: "of_category", True: "of_all_categories"})
    ordered = usual.assign(basis=basis).sort_values("basis", ascending=False, kind="stable")
    both = here.merge(ordered.drop_duplicates(CELL), on=CELL)
    table = both.assign(beside_ratio=both["observed"] / both["q50"].where(both["q50"] > 0))[COLUMNS]
    if table.empty:
        return HistoryComparison(table, ())
    counts = {"n_campaigns": int(table["n_campaigns"].max()), "n_clients": int(table["n_clients"].max())}
    return HistoryComparison(table, (Finding("history.beside", counts),))


def _summarise(notes: pd.DataFrame) -> pd.DataFrame:
    """Middle note of each tier × format × metric and way of counting."""
    age = (notes["as_of"] - notes["posted_at"]).dt.total_seconds() / 86_400
    paid = notes["scope"].eq("paid") | notes["content_cny"].notna()
    settled = notes[paid & (age >= SETTLED_DAYS)]
    parts = [
        settled.assign(
            metric=metric, counted_as=settled[SOURCES[metric]] if metric in SOURCES else "", value=settled[metric]
        )[[*CELL, "value"]]
        for metric in METRICS
    ]
    known = pd.concat(parts, ignore_index=True).dropna(subset=["value", "tier"])
    grouped = known.astype({"format": "str", "value": float}).groupby(CELL, sort=False)["value"]
    return grouped.agg(observed="median", n_measured="size").reset_index()
