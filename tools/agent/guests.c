/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/guests.h"

#include "agent/agent.h"
#include "base/memory.h"

void
guests_init(agent_guests *guests, const entitle_runtime *runtime, size_t limit)
{
    *guests = (agent_guests){ .runtime = runtime, .crowd = { .limit = limit } };
    (void)pthread_mutex_init(&guests->lock, NULL);
}

void
guests_clear(agent_guests *guests)
{
    (void)pthread_mutex_destroy(&guests->lock);
}

static void
enter(agent_guests *guests, struct MHD_Connection *connection, void **slot)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    crowd_member *member = ent_allocate(guests->runtime, sizeof(*member));

    if (member == NULL || info == NULL) {
        ent_release(guests->runtime, member);
        return; /* it cannot give way, that is all */
    }
    member->socket = info->connect_fd;
    member->waiting_since_ms = agent_monotonic_ms();
    *slot = member;
    (void)pthread_mutex_lock(&guests->lock);
    crowd_enter(&guests->crowd, member);
    (void)pthread_mutex_unlock(&guests->lock);
}

/* Its socket is still open: nobody else's can have that number. */
static void
leave(agent_guests *guests, void **slot)
{
    (void)pthread_mutex_lock(&guests->lock);
    crowd_leave(&guests->crowd, *slot);
    (void)pthread_mutex_unlock(&guests->lock);
    ent_release(guests->runtime, *slot);
    *slot = NULL;
}

void
guests_notice(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        enter(context, connection, slot);
    } else if (*slot != NULL) {
        leave(context, slot);
    }
}

static void
move(
    agent_guests *guests,
    struct MHD_Connection *connection,
    void (*to)(server_crowd *, crowd_member *))
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (info == NULL || info->socket_context == NULL) {
        return;
    }
    crowd_member *member = info->socket_context;
    int64_t now_ms = agent_monotonic_ms();
    (void)pthread_mutex_lock(&guests->lock);
    member->waiting_since_ms = now_ms;
    to(&guests->crowd, member);
    (void)pthread_mutex_unlock(&guests->lock);
}

/* One that gives every now and then a byte of its headers would never end else. */
void
guests_end_slow(agent_guests *guests, int64_t limit_ms)
{
    (void)pthread_mutex_lock(&guests->lock);
    crowd_end_waiting_since(&guests->crowd, agent_monotonic_ms() - limit_ms);
    (void)pthread_mutex_unlock(&guests->lock);
}

void
guests_serve(agent_guests *guests, struct MHD_Connection *connection)
{
    move(guests, connection, crowd_serve);
}

void
guests_wait(agent_guests *guests, struct MHD_Connection *connection)
{
    move(guests, connection, crowd_wait);
}
