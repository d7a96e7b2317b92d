/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_CHECK_RESULT_H
#define CONSOLE_CHECK_RESULT_H

#include <entitle/token.h>

/* In the output of `verify`: "pass", "fail", "not_checked", "not_reached". */
const char *check_result_name(entitle_check_result result);

#endif
