"""How fast a NIC is, as its driver says (ethtool)."""

from __future__ import annotations

from dataclasses import dataclass

from pyroute2.ethtool.ioctl import EthtoolError, IoctlEthtool

UNKNOWN_SPEED = (0, 0xFFFF, 0xFFFFFFFF)  # SPEED_UNKNOWN, in both its widths
DUPLEX = {0: "half", 1: "full"}


@dataclass(frozen=True, slots=True)
class Speed:
    megabits: int | None = None
    duplex: str = ""


def no_speed(_name: str) -> Speed:
    return Speed()


class Ethtool:
    """Asks drivers through one socket, in the network namespace of the process."""

    def __init__(self) -> None:
        self._pyroute2 = IoctlEthtool()

    def __call__(self, name: str) -> Speed:
        """Nothing known for a link without a driver that can tell, and for one that has just gone."""
        self._pyroute2.change_ifname(name)
        try:
            settings = self._pyroute2.get_link_settings()
        except (EthtoolError, OSError):
            return Speed()
        megabits = None if settings.speed in UNKNOWN_SPEED else int(settings.speed)
        return Speed(megabits, DUPLEX.get(settings.duplex, ""))

    def close(self) -> None:
        self._pyroute2.close()
