/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINT_VALUE_H
#define CLI_PRINT_VALUE_H

#include <stdbool.h>

/* What goes into a document, and so must not be able to break out of its quotes. */
typedef enum print_shape {
    PRINT_SHAPE_ACCOUNT,       /* 12 digits */
    PRINT_SHAPE_REGION,        /* us-east-1 */
    PRINT_SHAPE_OIDC_PROVIDER, /* oidc.eks.us-east-1.amazonaws.com/id/0123 */
    PRINT_SHAPE_KUBERNETES,    /* a name of Kubernetes' */
    PRINT_SHAPE_ROLE,          /* the name of an IAM role */
    PRINT_SHAPE_IMAGE          /* a reference to a container image */
} print_shape;

/* NULL, or what the text must be: "must be ...". */
const char *print_value_fault(print_shape shape, const char *text);

/* The issuer's URL as IAM writes it: without the scheme. */
const char *print_value_without_scheme(const char *text);

/*
 * "aws-cn" for "cn-north-1"; "aws" where nothing else claims the Region, and for NULL.
 */
const char *print_value_partition(const char *region);

#endif
