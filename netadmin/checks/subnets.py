"""Subnets, merged and sorted, to be asked whether one of them holds an address."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from netadmin.definitions import Address


class Subnets:
    """Those of the readable ones among some addresses, by family; asking costs the logarithm of their number."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        spans: dict[str, list[tuple[int, int]]] = {}
        for address in addresses:
            if network := address.network:
                spans.setdefault(address.family, []).append(network)
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        for family, found in spans.items():
            self._starts[family], self._ends[family] = _merged(sorted(found))

    def __bool__(self) -> bool:
        return bool(self._starts)

    def hold(self, family: str, number: int) -> bool:
        place = bisect_right(self._starts.get(family, ()), number) - 1
        return place >= 0 and number <= self._ends[family][place]


def _merged(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    starts, ends = [spans[0][0]], [spans[0][1]]
    for first, last in spans[1:]:
        if first <= ends[-1]:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends
