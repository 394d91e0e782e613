"""Runs the command of its arguments and prints, as a last line of JSON, what the kernel says that it took."""

import json
import os
import sys
import time

started = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - started
print()
print(
    json.dumps(
        {
            "exitCode": os.waitstatus_to_exitcode(status),
            "wallMs": wall * 1e3,
            "cpuMs": (usage.ru_utime + usage.ru_stime) * 1e3,
            "peakMb": usage.ru_maxrss / 1024,
        }
    )
)
