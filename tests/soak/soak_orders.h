/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SOAK_ORDERS_H
#define TEST_SOAK_ORDERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What the long-lived processes of the soak have in common: orders, one a line on
 * standard input, and what went wrong, of which the first is kept in words.
 */

enum { SOAK_LINE_SIZE = 256 };

/* The next order, without its end of line. False: there are no more. */
bool soak_read_order(char line[SOAK_LINE_SIZE]);

/* Something happened that should not. Any thread. */
void soak_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
long soak_complaints(void);

/* The first, as a JSON text; "" where there is none. Not beside soak_complain(). */
const char *soak_first_complaint(void);

void soak_sleep_ms(int64_t duration_ms);
int64_t soak_real_ms(void);

#endif
