"""What people wrote into the campaign book: ``bookings.csv`` in the campaign folder, one row a deliverable.

The book keeps it (`book.keep_own`): only what people changed stands in it, so that a book that a run brings up to date
is no new input of the next run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.store.inputs import BOOKED
from xhs_toolkit.tables import INVOICES, NOTES, PLACEMENTS, conform

if TYPE_CHECKING:
    from xhs_toolkit.exports import Exports

SOURCE = "campaign_book"
TEXTS = ("creator_id", "creator_name", "note_id", "format", "state", "kind", "currency", "invoice_id")
WRITTEN = (*TEXTS, "amount", "gst", "posted_at", "date", "source_row")


def add_booked(exports: Exports, folder: Path) -> Exports:
    """Add what people wrote into the book: who, which note and how far, and each amount with its currency and GST.

    A note that no file shows yet is there without figures.
    """
    path = folder / BOOKED
    if not path.is_file():
        return exports
    told = pd.read_csv(path, dtype=dict.fromkeys(TEXTS, "str")).reindex(columns=list(WRITTEN))
    told = told.assign(
        source=SOURCE,
        source_file=BOOKED,
        synthetic=False,
        posted_at=pd.to_datetime(told["posted_at"], utc=True),
        date=pd.to_datetime(told["date"]),
    )
    is_amount = told["kind"].notna()
    is_new = ~is_amount & told["note_id"].notna() & ~told["note_id"].isin(exports.tables["notes"]["note_id"])
    added = {
        "notes": conform(told[is_new].drop_duplicates("note_id"), NOTES),
        "placements": conform(told[~is_amount], PLACEMENTS),
        "invoices": conform(told[is_amount], INVOICES),
    }
    tables = {name: pd.concat([exports.tables[name], rows], ignore_index=True) for name, rows in added.items()}
    return exports._replace(tables={**exports.tables, **tables})
