/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TERMINATION_LOG_H
#define CLI_TERMINATION_LOG_H

/*
 * Leaves a last word where Kubernetes looks for it, so that `kubectl describe pod`
 * shows why the container ended: in /dev/termination-log, when that is a writable file
 * already. At most 4,096 bytes, as Kubernetes keeps no more. `hint` may be NULL or
 * empty. Nothing under --quiet.
 * https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
void termination_log_write(const char *message, const char *hint);

#endif
