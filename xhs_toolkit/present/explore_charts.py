"""Pictures for the screen: drawn quickly and often, on axes that stay where they are while filters move."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.draw import MANY_POINTS
from xhs_toolkit.present.style import (
    ACCENT,
    INK,
    MARKERS,
    PALETTE,
    QUIET,
    format_value,
    picture_text,
    read_language,
    use_style,
)
from xhs_toolkit.present.wording import label, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_MARKS = 3_000
"""Marks drawn one by one; of more rows a steady sample is drawn, over the density of all of them."""

BINS = (72, 48)
"""Cells of the density, across and up: about 8 pixels each, the size of a mark."""

SIZE = (6.4, 4.5)
DPI = 100
AREA = (0.125, 0.13, 0.855, 0.74)
"""Left, bottom, width and height of the axes, as shares of the picture: fixed, so that a click can be placed."""

FEWEST_TICKS = 3
COLOURS = 256
NEARLY_WHITE = 250
"""What picking colours makes of white at the least: on a page it would be seen as a grey frame."""

LEGEND_STEP = 0.3
"""From one kind of mark to the next in the line above the axes, as a share of the picture's width."""

DENSITY = np.linspace((1, 1, 1), (0.44, 0.64, 0.75), 256)
"""What the paper's red, green and blue are multiplied by, from no mark to the most."""

MARGIN = 0.04
"""Room around the outermost marks, as a share of the axes."""


class Limits(NamedTuple):
    """What the axes show: the ends of two logarithmic scales."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float


def find_limits(frame: pd.DataFrame, *, x: str, y: str) -> Limits | None:
    """Ends of the axes that hold every row with both figures above 0; None where there is none.

    Parameters
    ----------
    frame : the columns `x` and `y`.
    """
    drawn = frame[frame[x].gt(0) & frame[y].gt(0)]
    if drawn.empty:
        return None
    ends = []
    for name in (x, y):
        low, high = np.log10([float(drawn[name].min()), float(drawn[name].max())])
        room = max((high - low) * MARGIN, 0.05)
        ends += [10 ** (low - room), 10 ** (high + room)]
    return Limits(*map(float, ends))


def place_click(limits: Limits, *, across: float, down: float) -> tuple[float, float] | None:
    """Turn a place in the picture into the two figures there; None outside the axes.

    Parameters
    ----------
    across, down : shares of the picture's width and height, from its upper left corner.

    >>> place_click(Limits(1, 100, 1, 100), across=0.125, down=0.13)
    (1.0, 100.0)
    """
    left, bottom, width, height = AREA
    right, up = (across - left) / width, (1 - down - bottom) / height
    if not (-1e-9 <= right <= 1 + 1e-9 and -1e-9 <= up <= 1 + 1e-9):
        return None
    logs = np.log10(limits)
    figures = 10 ** (logs[0] + right * (logs[1] - logs[0])), 10 ** (logs[2] + up * (logs[3] - logs[2]))
    return round(float(figures[0]), 9), round(float(figures[1]), 9)


def find_nearest_row(frame: pd.DataFrame, *, x: str, y: str, at: tuple[float, float], limits: Limits) -> int | None:
    """Place (not label) of the row drawn nearest to two figures, as the eye sees it; None in an empty frame."""
    across, up = place_marks(frame, x=x, y=y, limits=limits)
    target = place_marks(pd.DataFrame({x: [at[0]], y: [at[1]]}), x=x, y=y, limits=limits)
    away = np.hypot((across - target[0]) * SIZE[0], (up - target[1]) * SIZE[1])
    distance = np.where(np.isfinite(away), away, np.inf)
    return int(distance.argmin()) if len(distance) and np.isfinite(distance.min()) else None


def plot_marks(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    language: str,
    title: str,
    limits: Limits | None = None,
    selected: pd.DataFrame | None = None,
    diagonal: bool = False,
) -> Figure:
    """Draw rows as marks over their density on log scales; flagged rows are squares, those kept are ringed.

    Parameters
    ----------
    frame : `x`, `y`, ``flag_count``, ``is_kept``; ``mark_rank`` (a number that stays with the row) says which
        `MAX_MARKS` are drawn one by one. Rows where `x` or `y` is missing or 0 are left out, and their number said.
    limits : what the axes show; by default what holds every row.
    selected : rows of the frame to ring and name (``creator_name``).
    diagonal : draw the line on which both figures are the same.
    """
    from matplotlib.figure import Figure
    from matplotlib.image import BboxImage

    drawn = frame[frame[x].gt(0) & frame[y].gt(0)]
    limits = limits or find_limits(frame, x=x, y=y) or Limits(1, 10, 1, 10)
    paper = draw_paper(x, y, limits=limits, title=title, language=language, diagonal=diagonal)
    with use_style():
        figure = Figure(figsize=SIZE, dpi=DPI)
        below = BboxImage(figure.bbox, interpolation="nearest", origin="upper")
        below.set_data(_shade(paper, *place_marks(drawn, x=x, y=y, limits=limits)) if len(drawn) > MAX_MARKS else paper)
        figure.add_artist(below)
        _draw_marks(figure, drawn, x=x, y=y, limits=limits, language=language)
        _say_missing(figure, len(frame) - len(drawn), language=language)
        if selected is not None:
            _ring(figure, selected[selected[x].gt(0) & selected[y].gt(0)], x=x, y=y, limits=limits)
    return figure


def place_marks(frame: pd.DataFrame, *, x: str, y: str, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Where rows stand in the picture: shares of its width from the left and of its height from below."""
    logs = np.log10(limits)
    left, bottom, width, height = AREA
    with np.errstate(divide="ignore", invalid="ignore"):
        across, up = (np.log10(frame[name].to_numpy(dtype=float)) for name in (x, y))
    return (
        left + width * (across - logs[0]) / (logs[1] - logs[0]),
        bottom + height * (up - logs[2]) / (logs[3] - logs[2]),
    )


# ------------------------------------------------------------------------------------------ paper


def start_screen(title: str) -> tuple[Figure, Axes]:
    """Start a picture of the screen with one set of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI)
    axes = figure.add_axes(AREA)
    axes.set_title(picture_text(title, max_length=72), loc="left", fontsize=11, pad=22)
    return figure, axes


@lru_cache(maxsize=16)
def draw_paper(x: str, y: str, *, limits: Limits, title: str, language: str, diagonal: bool) -> np.ndarray:
    """Draw what stays while filters move, once: title, axes, grid. Returns the picture as red, green, blue, opacity."""
    low_x, high_x, low_y, high_y = np.log10(limits)
    with use_style():
        figure, axes = start_screen(title)
        axes.set(xlim=(low_x, high_x), ylim=(low_y, high_y))
        for axis, name, *ends in ((axes.xaxis, x, low_x, high_x), (axes.yaxis, y, low_y, high_y)):
            ticks = find_ticks(*ends)
            axis.set_ticks(ticks, [_write_figure(10**tick, name=name, language=language) for tick in ticks])
            axis.set_label_text(label(name, language=language))
            axis.set_tick_params(labelsize=8)
        if diagonal:
            line = max(low_x, low_y), min(high_x, high_y)
            axes.plot(line, line, color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
        return _read_pixels(figure)


def _write_figure(figure: float, *, name: str, language: str) -> str:
    """Write a round figure; a share with the digits it needs."""
    return f"{100 * figure:.3g}%" if name.endswith("_rate") else format_value(name, figure, language=language)


def find_ticks(low: float, high: float) -> list[float]:
    """Return the logarithms of round figures between two logarithms: powers of ten, and more where these are few.

    >>> [round(10**tick) for tick in find_ticks(1.9, 4.2)], [round(10**tick) for tick in find_ticks(1.9, 3.2)]
    ([100, 1000, 10000], [100, 300, 1000])
    """
    powers = range(math.floor(low), math.ceil(high) + 1)
    for digits in ((1,), (1, 3), (1, 2, 5), range(1, 10)):
        ticks = [power + math.log10(digit) for power in powers for digit in digits]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= FEWEST_TICKS:
            break
    return inside


# ------------------------------------------------------------------------------------------ marks


def _shade(paper: np.ndarray, across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Shade the paper inside the axes by the logarithm of the number of marks at each place."""
    from PIL import Image

    left, bottom, width, height = AREA
    cells = [
        ((place - low) / side * n).astype(np.int32)
        for place, low, side, n in zip((across, up), AREA[:2], AREA[2:], BINS, strict=True)
    ]
    inside = (cells[0] >= 0) & (cells[0] < BINS[0]) & (cells[1] >= 0) & (cells[1] < BINS[1])
    counts = np.bincount(cells[0][inside] * BINS[1] + cells[1][inside], minlength=BINS[0] * BINS[1]).reshape(BINS)
    depth = np.log1p(counts.T[::-1]) / np.log1p(max(counts.max(), 1))
    rows, columns = paper.shape[:2]
    top, side = round(rows * (1 - bottom - height)), round(columns * left)
    size = round(columns * width), round(rows * height)
    smooth = np.asarray(Image.fromarray((255 * depth).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR))
    shaded = paper.copy()
    part = shaded[top : top + size[1], side : side + size[0], :3]
    part[:] = part * DENSITY[smooth]
    return shaded


def _draw_marks(figure: Figure, drawn: pd.DataFrame, *, x: str, y: str, limits: Limits, language: str) -> None:
    """Draw at most `MAX_MARKS`, and above them the number of all rows of each kind."""
    n_flagged = int(drawn["flag_count"].gt(0).sum())
    counts = {"unflagged": len(drawn) - n_flagged, "with_flags": n_flagged}
    many = len(drawn) > MANY_POINTS
    if len(drawn) > MAX_MARKS:
        drawn = drawn.iloc[np.argpartition(drawn["mark_rank"].to_numpy(), MAX_MARKS)[:MAX_MARKS]]
    across, up = place_marks(drawn, x=x, y=y, limits=limits)
    flagged = drawn["flag_count"].gt(0).to_numpy()
    looks = (("unflagged", ~flagged, PALETTE[0], MARKERS[0]), ("with_flags", flagged, ACCENT, MARKERS[1]))
    for place, (name, mask, colour, marker) in enumerate(looks):
        look = {"color": colour, "markersize": 2.6 if many else 6, "alpha": 0.45 if many else 0.75}
        _mark(figure, across[mask], up[mask], marker, markeredgewidth=0, **look)
        words = f"{label(name, language=language)}  {read_language(language).sample.format(n=f'{counts[name]:,}')}"
        at = AREA[0] + LEGEND_STEP * place, AREA[1] + AREA[3] + 0.03
        _mark(figure, [at[0]], [at[1]], marker, markeredgewidth=0, color=colour, markersize=5)
        figure.text(at[0] + 0.015, at[1], words, fontsize=8, va="center")
    kept = drawn["is_kept"].to_numpy(dtype=bool)
    _mark(figure, across[kept], up[kept], "o", color=INK, fillstyle="none", markersize=10)


def _mark(figure: Figure, across: Sequence[float] | np.ndarray, up: Any, marker: str, **look: Any) -> None:
    from matplotlib.lines import Line2D

    figure.add_artist(Line2D(across, up, marker=marker, linestyle="none", transform=figure.transFigure, **look))


def _ring(figure: Figure, selected: pd.DataFrame, *, x: str, y: str, limits: Limits) -> None:
    """Ring and name marks; the name stands on the side where there is room."""
    for across, up, name in zip(*place_marks(selected, x=x, y=y, limits=limits), selected["creator_name"], strict=True):
        _mark(figure, [across], [up], "o", markersize=15, fillstyle="none", color=PALETTE[1], markeredgewidth=2.4)
        text = picture_text(name if isinstance(name, str) else "—", max_length=18)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        is_right = across > 0.75
        place = across + (-0.025 if is_right else 0.025), up + 0.03
        figure.text(*place, text, ha="right" if is_right else "left", fontsize=9, color=INK, bbox=box)


def _say_missing(figure: Figure, n_missing: int, *, language: str) -> None:
    if n_missing:
        words = say(Finding("explore.not_drawn", {"n_missing": n_missing}), language=language)
        figure.text(0.98, 0.018, picture_text(words), ha="right", fontsize=8, color=QUIET)


def write_png(figure: Figure) -> bytes:
    """Return a picture for the screen as PNG, of `COLOURS`: a third of the bytes and of the time of one with all."""
    from PIL import Image

    target = io.BytesIO()
    with use_style():
        seen = Image.fromarray(_read_pixels(figure)[..., :3])
    few = seen.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    few.putpalette([255 if part >= NEARLY_WHITE else part for part in few.getpalette() or ()])
    few.save(target, "png", compress_level=1)
    return target.getvalue()


def _read_pixels(figure: Figure) -> np.ndarray:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()
