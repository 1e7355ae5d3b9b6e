"""Time as a node counts it: CLOCK_BOOTTIME for deadlines, the wall clock only to tell people."""

import time
from pathlib import Path


class Clock:
    """CLOCK_BOOTTIME runs through suspend and does not follow changes of the wall clock: clock_gettime(2)."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def boottime(self) -> float:
        """Seconds since this boot."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot_id(self) -> str:
        """Names this boot: random(4), /proc/sys/kernel/random/boot_id."""
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
