"""Runs a command and writes what it used to a file as JSON: measure.py FILE COMMAND [ARGUMENT ...]."""

import json
import resource
import subprocess
import sys
import time

started = time.monotonic()
code = subprocess.run(sys.argv[2:], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
# macOS counts bytes, Linux kibibytes.
unit = 1 if sys.platform == "darwin" else 1024
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(
        {
            "exitCode": code,
            "seconds": time.monotonic() - started,
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "peakBytes": used.ru_maxrss * unit,
        },
        file,
    )
