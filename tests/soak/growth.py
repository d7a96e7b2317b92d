# SPDX-License-Identifier: Apache-2.0
"""Whether processes grow: samples of their memory and descriptors, and a line through them."""

import os
import statistics
import time

# What a flat series may still gain while it is watched.
MEMORY_KIB = 1024
DESCRIPTORS = 4
# The first part of a run fills caches and heaps, and connections come and go: a shorter run
# tells nothing.
WARM_UP = 0.25
SHORTEST_S = 600


def slope(points):
    """Of the line that fits best, by least squares: y for each x."""
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if spread == 0:
        return 0.0
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


class Series:
    """One quantity of one process."""

    def __init__(self):
        self.points = []

    def add(self, at_s, value):
        self.points.append((at_s, value))

    def settled(self):
        """Those after the warm-up."""
        first, last = self.points[0][0], self.points[-1][0]
        begin = first + (last - first) * WARM_UP
        return [point for point in self.points if point[0] >= begin]

    def per_hour(self):
        return slope(self.settled()) * 3600

    def gain(self):
        """By the line, from the end of the warm-up on."""
        points = self.settled()
        return slope(points) * (points[-1][0] - points[0][0])

    def ends(self):
        """Medians of the first and the last tenth after the warm-up."""
        values = [value for _, value in self.settled()]
        tenth = max(1, len(values) // 10)
        return (round(statistics.median(values[:tenth])),
                round(statistics.median(values[-tenth:])))


class Watched:
    """One process; `look` is to be called every few seconds."""

    def __init__(self, name, pid):
        self.name = name
        self.pid = pid
        self.memory = Series()
        self.descriptors = Series()

    def has_ended(self):
        """Also where nobody has asked for its exit status."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] in "ZX"

    def look(self, at_s=None):
        at_s = time.monotonic() if at_s is None else at_s
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            resident = next(int(line.split()[1]) for line in file
                            if line.startswith("VmRSS:"))
        self.memory.add(at_s, resident)
        self.descriptors.add(at_s, len(os.listdir(f"/proc/{self.pid}/fd")))

    def faults(self):
        """What is wrong, in sentences."""
        points = self.memory.points
        if points[-1][0] - points[0][0] < SHORTEST_S:
            return
        if self.memory.gain() > MEMORY_KIB:
            yield f"{self.name}: its memory grows by {self.memory.per_hour():.0f} KiB an hour"
        if self.descriptors.gain() > DESCRIPTORS:
            yield (f"{self.name}: its descriptors grow by "
                   f"{self.descriptors.per_hour():.1f} an hour")

    def row(self):
        begin, end = self.memory.ends()
        few, many = self.descriptors.ends()
        return (f"| {self.name} | {begin:,} | {end:,} | {self.memory.per_hour():+,.0f} "
                f"| {few} | {many} | {self.descriptors.per_hour():+.1f} |")


HEADING = ("| process | KiB at first | at the end | an hour | descriptors at first "
           "| at the end | an hour |\n| --- | --- | --- | --- | --- | --- | --- |")
