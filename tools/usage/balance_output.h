/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_BALANCE_OUTPUT_H
#define USAGE_BALANCE_OUTPUT_H

#include "usage/balance.h"

/* Tells what differs. EX_OK: nothing does; EX_DATAERR; EX_SOFTWARE: memory is out. */
int balance_print(const usage_balance *balance);

#endif
