"""A program that waits for a transaction's deadline, then becomes the guard that rolls it back.

    python -IS watch.py READY_FD RECORD LOCK COMMAND…

It imports next to nothing: it has to be on its way before the first change is made, and may wait for an hour.
The deadline is read from the record every second, since it can be moved; CLOCK_BOOTTIME runs on in suspend.
"""

import fcntl
import json
import os
import signal
import sys
import time


def main() -> None:
    ready, record, lock, command = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    if os.fork():
        os._exit(0)
    os.setsid()
    for ignored in (signal.SIGHUP, signal.SIGINT):
        signal.signal(ignored, signal.SIG_IGN)
    os.write(ready, str(os.getpid()).encode())
    os.close(ready)
    wait_for_deadline(record, lock)
    os.execv(command[0], command)  # noqa: S606 -- the command line was made by guard.py, no shell reads it


def wait_for_deadline(record: str, lock: str) -> None:
    """Returns at the deadline, or as soon as nobody is at work on a transaction that does not just wait."""
    while True:
        try:
            with open(record, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib would cost half the start
                data = json.load(file)
        except (OSError, ValueError):
            return  # the guard reads the journal more patiently
        left = data["deadline_boottime"] - time.clock_gettime(time.CLOCK_BOOTTIME)
        if left <= 0 or (data["state"] != "waiting" and is_free(lock)):
            return
        time.sleep(min(left, 1.0))


def is_free(lock: str) -> bool:
    with open(lock, "ab") as file:  # noqa: PTH123 -- as above
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


if __name__ == "__main__":
    main()
