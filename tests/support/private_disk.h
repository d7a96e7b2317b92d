/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_PRIVATE_DISK_H
#define TEST_SUPPORT_PRIVATE_DISK_H

#include <stdbool.h>

/*
 * A small disk that only this process and its children see: a tmpfs in a mount
 * namespace of their own. It takes the right to mount, or to make a user namespace.
 */

/* False, with the reason printed, where that is not allowed here. */
bool private_disk_prepare(void);

/* Fails the test when it cannot be mounted. `size` is tmpfs's, such as "3m". */
void private_disk_mount(const char *folder, const char *size);
void private_disk_set_read_only(const char *folder);
void private_disk_set_writable(const char *folder);
/* Puts a file there that takes all the room; removing it makes room again. */
void private_disk_fill(const char *path);
void private_disk_unmount(const char *folder);

#endif
