# SPDX-License-Identifier: Apache-2.0
"""BENCHMARKS_MD: draws its table as SVG, each row by how far its promise is kept.

The axis is logarithmic. A ratio at 1 is just what was promised; right of it is better,
whether the promise is a least or a most.
"""

import html
import math
import re
import sys
from typing import NamedTuple

WIDTH, LEFT, RIGHT, TOP, ROW = 1080, 560, 130, 64, 34
LEAST, MOST = 0.25, 8.0  # of the axis
KEPT, MISSED, INK, FAINT = "#1a7f4b", "#b3261e", "#1f2328", "#6e7781"


class Figure(NamedTuple):
    what: str
    against: str
    ratio: float
    spread: tuple[float, float]
    relation: str
    promised: float
    is_kept: bool

    def margin(self, ratio: float) -> float:
        margin = ratio / self.promised if self.relation == "≥" else self.promised / ratio
        return min(max(margin, LEAST), MOST)


def figures(lines):
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 6 or not re.fullmatch(r"[≥≤] [\d.]+", cells[4]):
            continue
        relation, promised = cells[4].split()
        if float(promised) == 0 or float(cells[2]) == 0:
            continue  # nothing to divide by
        low, high = (cells[3].split(" – ") + [cells[2]] * 2)[:2] if cells[3] else (cells[2],) * 2
        yield Figure(
            cells[0], cells[1], float(cells[2]), (float(low), float(high)),
            relation, float(promised), cells[5] == "yes")


def across(margin: float) -> float:
    share = math.log(margin / LEAST) / math.log(MOST / LEAST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def text(x, y, words, colour=INK, size=12, anchor="start"):
    words = html.escape(words.replace("`", ""))
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" text-anchor="{anchor}">{words}</text>'


def shortened(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def draw_row(figure: Figure, y: float):
    low, high = sorted(across(figure.margin(end)) for end in figure.spread)
    x = across(figure.margin(figure.ratio))
    colour = KEPT if figure.is_kept else MISSED
    yield text(12, y - 3, shortened(figure.what, 88))
    yield text(12, y + 11, "against " + shortened(figure.against, 92), FAINT, 10)
    yield f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="3" opacity="0.4"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" stroke="{colour}" stroke-width="2" fill="{colour if figure.is_kept else "#ffffff"}"/>'
    yield text(WIDTH - 12, y + 4, f"{figure.ratio:g}  ({figure.relation} {figure.promised:g})", anchor="end")


def draw_axis(bottom: float):
    yield text(12, 24, "How far each promise is kept", size=16)
    yield text(12, 44, "median, and the spread of the turns; a hollow circle is below its promise, or not promised here", FAINT, 11)
    mark = LEAST
    while mark <= MOST:
        x = across(mark)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}" stroke="{INK if mark == 1 else "#d0d7de"}"/>'
        yield text(x, TOP - 6, f"{mark:g} ×", FAINT, 10, "middle")
        mark *= 2


def main():
    with open(sys.argv[1], encoding="utf-8") as table:
        drawn = list(figures(table))
    if not drawn:
        sys.exit(f"{sys.argv[1]} has no table of ratios.")
    bottom = TOP + ROW * len(drawn) + 8
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 8}" font-family="sans-serif">')
    print(f'<rect width="{WIDTH}" height="{bottom + 8}" fill="#ffffff"/>')
    print(*draw_axis(bottom), sep="\n")
    for i, figure in enumerate(drawn):
        print(*draw_row(figure, TOP + ROW * i + ROW / 2 + 4), sep="\n")
    print("</svg>")


if __name__ == "__main__":
    main()
