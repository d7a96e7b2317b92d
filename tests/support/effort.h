/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_EFFORT_H
#define TEST_SUPPORT_EFFORT_H

/*
 * How much a test does that could go on for long, or how long it waits: `full` for
 * tools/test --full, which sets ENTITLE_TEST_FULL, and `brief` where each step takes
 * many times as long, under Valgrind or an emulator, whose presets set
 * ENTITLE_TEST_BRIEF.
 */
long number_by_effort(long brief, long usual, long full);

#endif
