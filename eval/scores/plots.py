"""A figure as text and as a line with its range and its gate (pure, HTML and SVG). Above: the page's parts. Below: `result`."""

from __future__ import annotations

from eval.scores.result import Figure

_WIDTH = 240.0


def number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return percent(value, 1 if value in (0, 1) or 0.001 < value < 0.999 else 2)
    if unit == "ms":
        return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"
    return f"{value:.3f}" if unit == "score" else f"{value:,.4g}"


def percent(value: float, digits: int = 0) -> str:
    return f"{value * 100:.{digits}f}\u00a0%"


def moment(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"


def trials(one: Figure) -> str:
    if one.hits is not None and one.of:
        return f"{one.hits:,} of {one.of:,}"
    return f"mean of {one.of:,}" if one.of else ""


def between(one: Figure) -> str:
    """The interval in words; empty where there is none."""
    if one.low is None or one.high is None:
        return ""
    return f"{number(one.low, one.unit)} to {number(one.high, one.unit)}"


def range_line(one: Figure, bound: float | None, *, wrong: bool = False) -> str:
    """The interval on a line from 0 to 1, or near an end magnified: from 0.9 to 1 where all of it lies there."""
    if one.unit not in ("share", "score"):
        return ""
    low, high = one.low if one.low is not None else one.value, one.high if one.high is not None else one.value
    values = [low, high, one.value, *([bound] if bound is not None else [])]
    start, end = (0.9, 1.0) if min(values) >= 0.9 else (0.0, 0.1) if max(values) <= 0.1 else (0.0, 1.0)

    def at(value: float) -> float:
        return 6 + (_WIDTH - 12) * (value - start) / (end - start)

    kind = " bad" if wrong else ""
    gate = f'<line class="gate" x1="{at(bound):.1f}" x2="{at(bound):.1f}" y1="1" y2="17"/>' if bound is not None else ""
    span = (
        f'<line class="span{kind}" x1="{at(low):.1f}" x2="{at(high):.1f}" y1="9" y2="9"/>'
        if one.low is not None
        else ""
    )
    label = f"{number(one.value, one.unit)}, from {number(low, one.unit)} to {number(high, one.unit)}"
    return (
        f'<svg class="range" viewBox="0 0 {_WIDTH:g} 18" role="img" aria-label="{label}"><title>{label}; '
        f"the line runs from {percent(start)} to {percent(end)}</title>"
        f'<line class="axis" x1="6" x2="{_WIDTH - 6:g}" y1="9" y2="9"/>{span}{gate}'
        f'<circle class="dot{kind}" cx="{at(one.value):.1f}" cy="9" r="4.5"/></svg>'
        f'<span class="ends"><i>{percent(start)}</i><i>{percent(end)}</i></span>'
    )
