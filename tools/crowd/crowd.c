/* SPDX-License-Identifier: Apache-2.0 */
#include "crowd/crowd.h"

#include <sys/resource.h>
#include <sys/socket.h>

size_t
crowd_choose_limit(size_t useful, size_t own)
{
    struct rlimit limit = { 0 };
    const rlim_t wanted = useful + own;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return own;
    }
    if (limit.rlim_cur < wanted) {
        const rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            limit.rlim_cur = before;
        }
    }
    if (limit.rlim_cur >= wanted) {
        return useful;
    }
    return limit.rlim_cur > 2 * own ? limit.rlim_cur - own : limit.rlim_cur / 2;
}

static void
take_out(server_crowd *crowd, crowd_member *member)
{
    if (member->older != NULL) {
        member->older->newer = member->newer;
    } else if (crowd->oldest == member) {
        crowd->oldest = member->newer;
    }
    if (member->newer != NULL) {
        member->newer->older = member->older;
    } else if (crowd->newest == member) {
        crowd->newest = member->older;
    }
    member->older = member->newer = NULL;
}

static void
put_last(server_crowd *crowd, crowd_member *member)
{
    member->older = crowd->newest;
    member->newer = NULL;
    if (crowd->newest != NULL) {
        crowd->newest->newer = member;
    } else {
        crowd->oldest = member;
    }
    crowd->newest = member;
}

static void
end_oldest(server_crowd *crowd)
{
    crowd_member *leaving = crowd->oldest;

    take_out(crowd, leaving);
    (void)shutdown(leaving->socket, SHUT_RDWR);
}

void
crowd_enter(server_crowd *crowd, crowd_member *member)
{
    put_last(crowd, member);
    crowd->count++;
    if (crowd->count > crowd->limit && crowd->oldest != member) {
        end_oldest(crowd);
    }
}

void
crowd_end_waiting_since(server_crowd *crowd, int64_t before_ms)
{
    while (crowd->oldest != NULL && crowd->oldest->waiting_since_ms < before_ms) {
        end_oldest(crowd);
    }
}

void
crowd_serve(server_crowd *crowd, crowd_member *member)
{
    take_out(crowd, member);
}

void
crowd_wait(server_crowd *crowd, crowd_member *member)
{
    take_out(crowd, member);
    put_last(crowd, member);
}

void
crowd_leave(server_crowd *crowd, crowd_member *member)
{
    take_out(crowd, member);
    crowd->count--;
}
