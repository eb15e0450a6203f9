"""What the client receives, written from a finished run: the HTML report and the workbook."""

from __future__ import annotations

from xhs_toolkit.report.html import write_html
from xhs_toolkit.report.workbook import write_workbook

__all__ = ["write_html", "write_workbook"]
