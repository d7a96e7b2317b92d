-- SPDX-License-Identifier: Apache-2.0
--
-- For wrk with one thread: sends the requests of ready_batches, each once, and ends when
-- all are answered. READY_BATCHES names the file. Prints how many were answered, how many
-- of them not with 200, and the seconds that took.
local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long s; long ns; } bench_time;
    int clock_gettime(int clock, bench_time *out);
]]

local requests = {}
local next_one, answered, failed, begin_s = 0, 0, 0, nil

local function now_s()
    local time = ffi.new("bench_time")
    ffi.C.clock_gettime(1, time)
    return tonumber(time.s) + tonumber(time.ns) / 1e9
end

function init()
    local file = assert(io.open(os.getenv("READY_BATCHES"), "rb"))
    local length = file:read("*l")
    while length do
        requests[#requests + 1] = file:read(tonumber(length))
        length = file:read("*l")
    end
    file:close()
end

-- wrk asks for one before it begins, to look at it. When none is left the connections
-- that wait for the last answers repeat the first.
function request()
    next_one = next_one + 1
    if next_one == 1 then
        return requests[1]
    end
    begin_s = begin_s or now_s()
    return requests[next_one - 1] or requests[1]
end

function response(status)
    answered = answered + 1
    if status ~= 200 then
        failed = failed + 1
    end
    if answered == #requests then
        print(string.format("answered=%d failed=%d wall_s=%.4f", answered, failed, now_s() - begin_s))
        os.exit(failed == 0 and 0 or 70)
    end
end
