"""A figure that a notebook shows: Jupyter shows matplotlib's own only where pyplot has been imported."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

from xhs_toolkit.present.style import use_style


class Picture(Figure):
    """A figure that shows itself as PNG at the end of a cell."""

    def _repr_png_(self) -> bytes:
        target = io.BytesIO()
        with use_style():
            self.savefig(target, format="png", bbox_inches="tight", metadata={"Software": None})
        return target.getvalue()
