/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/private_disk.h"

#include "support/cmocka.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static bool
write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool is_written =
        file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0) {
        (void)close(file);
    }
    return is_written;
}

/* Root in a user namespace is who we are outside. */
static bool
become_root(uid_t user, gid_t group)
{
    char map[64];
    (void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)user);
    if (!write_file("/proc/self/uid_map", map) ||
        !write_file("/proc/self/setgroups", "deny")) {
        return false;
    }
    (void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)group);
    return write_file("/proc/self/gid_map", map);
}

static bool
enter_namespace(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();
    if (unshare(CLONE_NEWNS) == 0) {
        return true;
    }
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && become_root(user, group);
}

bool
private_disk_prepare(void)
{
    if (enter_namespace() &&
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0) {
        return true;
    }
    print_message("SKIPPED: no disk may be mounted here: %s\n", strerror(errno));
    return false;
}

void
private_disk_mount(const char *folder, const char *size)
{
    char options[64];
    (void)snprintf(options, sizeof(options), "mode=0755,size=%s", size);
    assert_int_equal(mount("none", folder, "tmpfs", 0, options), 0);
}

void
private_disk_set_read_only(const char *folder)
{
    assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
}

void
private_disk_set_writable(const char *folder)
{
    assert_int_equal(mount("none", folder, "tmpfs", MS_REMOUNT, NULL), 0);
}

void
private_disk_fill(const char *path)
{
    static const char nothing[4096];
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(file >= 0);
    while (write(file, nothing, sizeof(nothing)) > 0) {
    }
    assert_int_equal(close(file), 0);
}

void
private_disk_unmount(const char *folder)
{
    (void)umount2(folder, MNT_DETACH);
}
