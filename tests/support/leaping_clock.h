/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_LEAPING_CLOCK_H
#define TEST_SUPPORT_LEAPING_CLOCK_H

#include <stdint.h>

/*
 * A clock that goes as the machine's and leaps over every wait: for an entitle_runtime
 * that tries again at once, and whose deadlines hold all the same. One a process.
 */
int64_t leaping_clock_ms(void *context);
void leaping_clock_sleep_ms(void *context, int64_t duration_ms);

#endif
