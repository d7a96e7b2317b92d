/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REPLY_H
#define SANDBOX_REPLY_H

#include "wire/answer.h"

#include <microhttpd.h>

/* How an answer leaves through libmicrohttpd. */

/* The body is not copied: the answer has to live until the request is over. */
enum MHD_Result reply_send(struct MHD_Connection *connection, sandbox_answer *answer);

/* Without lingering, close() sends RST instead of FIN. */
void reply_arm_reset(struct MHD_Connection *connection);

#endif
