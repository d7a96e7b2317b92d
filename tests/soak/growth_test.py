#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tests/soak/run calls growth, and what it does not."""

import math
import os
import subprocess
import sys
import unittest

import growth

HOUR_S = 3600


def watched(kib, descriptors, seconds=HOUR_S):
    """A process whose figures are functions of the seconds that have passed."""
    process = growth.Watched("it", os.getpid())
    for at_s in range(0, seconds + 1, 5):
        process.memory.add(at_s, kib(at_s))
        process.descriptors.add(at_s, descriptors(at_s))
    return process


class Growth(unittest.TestCase):
    def judge(self, wanted, kib=lambda s: 9000, descriptors=lambda s: 20, seconds=HOUR_S):
        self.assertEqual(len(list(watched(kib, descriptors, seconds).faults())), wanted)

    def test_flat_series_pass(self):
        self.judge(0)

    def test_a_leak_of_two_mib_an_hour_is_told(self):
        self.judge(1, kib=lambda s: 9000 + 2048 * s / HOUR_S)
        self.judge(0, kib=lambda s: 9000 + 512 * s / HOUR_S)

    def test_the_warm_up_is_left_out(self):
        self.judge(0, kib=lambda s: 9000 + min(s, 800) * 40)
        self.judge(1, kib=lambda s: 9000 + min(s, 2000) * 40)

    def test_what_goes_up_and_down_is_flat(self):
        self.judge(0, kib=lambda s: 9000 + 3000 * math.sin(s), descriptors=lambda s: s % 50)

    def test_a_leaked_descriptor_a_few_minutes_is_told(self):
        self.judge(1, descriptors=lambda s: 20 + s // 300)
        self.judge(0, descriptors=lambda s: 20 + s // 1200)

    def test_nothing_is_judged_within_minutes(self):
        self.judge(0, kib=lambda s: 9000 + s * 100, seconds=300)
        self.judge(1, kib=lambda s: 9000 + s * 100, seconds=600)
        self.judge(0, descriptors=lambda s: 20 + s, seconds=300)
        self.judge(1, descriptors=lambda s: 20 + s, seconds=600)

    def test_a_process_is_looked_at(self):
        process = growth.Watched("it", os.getpid())
        process.look(0)
        with open(os.devnull, encoding="ascii"):
            process.look(1)
        self.assertEqual(
            process.descriptors.points[1][1] - process.descriptors.points[0][1], 1)
        self.assertGreater(process.memory.points[0][1], 1000)

    def test_an_end_is_seen(self):
        child = subprocess.Popen(["sleep", "60"])
        process = growth.Watched("it", child.pid)
        self.assertFalse(process.has_ended())
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.assertTrue(process.has_ended())
        child.wait()


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
