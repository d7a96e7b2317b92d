/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_EKS_H
#define SANDBOX_EKS_H

#include "play/play.h"

/*
 * What the EKS Pod Identity agent answers inside a pod: credentials for whoever sends a
 * service account token meant for pods.eks.amazonaws.com, as it is.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
#define EKS_CREDENTIALS_PATH "/v1/credentials"
#define EKS_AUDIENCE         "pods.eks.amazonaws.com"

extern const play_part eks_credentials;

#endif
