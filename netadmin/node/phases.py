"""Every step a transaction can take, by phase: what a test of faults goes through, and a page can list."""

from .applying import MAKE_LIVE, PREPARE
from .boot import BOOT
from .keeping import KEEP
from .rolling_back import BACK, END
from .steps import Step

PHASES: dict[str, tuple[Step, ...]] = {
    "apply": PREPARE + MAKE_LIVE,
    "keep": KEEP,
    "rollback": BACK + END,
    "boot": BOOT,
}
