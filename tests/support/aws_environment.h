/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_AWS_ENVIRONMENT_H
#define TEST_SUPPORT_AWS_ENVIRONMENT_H

/* AWS's example key, which is the sandbox's own. */
#define AWS_EXAMPLE_KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define AWS_EXAMPLE_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

/*
 * An environment for an entitle_runtime: that key, the Region us-east-1, and nothing
 * else.
 */
const char *aws_environment(void *context, const char *name);

#endif
