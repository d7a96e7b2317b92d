/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_LIBRARY_LOG_H
#define CONSOLE_LIBRARY_LOG_H

#include <entitle/runtime.h>

/*
 * For entitle_runtime.log: every line under --verbose. For where the result holds the
 * warnings anyway.
 */
void library_log_debug(void *context, entitle_log_level level, const char *message);

/* The same, but warnings are always printed. */
void library_log_warnings(void *context, entitle_log_level level, const char *message);

#endif
