/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_WEB_IDENTITY_TOKEN_H
#define ENT_AWS_WEB_IDENTITY_TOKEN_H

#include "base/buffer.h"

#include <entitle/error.h>

/* The limits that STS has. */
enum { ENT_WEB_IDENTITY_TOKEN_MIN = 4, ENT_WEB_IDENTITY_TOKEN_MAX = 20000 };

/*
 * Reads the token that Kubernetes keeps in a file, into `token`, which is cleared
 * first. One line break at its end is not part of it: kubelet writes none, but files
 * made by hand or by a template have one, and STS would only say that the token is
 * invalid. Anything else that a token cannot hold is refused, with
 * ENTITLE_INVALID_CREDENTIALS; ENTITLE_CONFIGURATION where the file cannot be read.
 */
ENTITLE_CHECKED entitle_status
ent_web_identity_token_read(const char *path, ent_buffer *token, entitle_error *error);

#endif
