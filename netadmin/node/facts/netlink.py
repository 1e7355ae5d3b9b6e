"""Ask the kernel over rtnetlink and walk through the bytes it answers.

pyroute2 opens the sockets, writes the requests and knows the attributes by name. Its decoder builds some
fifty objects for one link, 1.6 s for 4094 bridges, so the messages are taken apart here, with `struct`, as
far as they are shown.
"""

from __future__ import annotations

import errno
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from socket import MSG_DONTWAIT, SOL_SOCKET
from typing import Any

from pyroute2 import IPRSocket
from pyroute2.netlink import NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR

HEADER = struct.Struct("IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
ATTRIBUTE = struct.Struct("HH")  # struct nlattr: length, type
ATTRIBUTE_TYPE = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
DUMP_INTERRUPTED = 0x10  # NLM_F_DUMP_INTR: something changed while the kernel was writing its answer
DATAGRAM = 1 << 20  # at least what the kernel may put into one datagram
# Seconds: while thousands of new links find out whether their addresses are duplicates, something changes all the time.
DUMP_PATIENCE, FIRST_PAUSE, LONGEST_PAUSE = 20.0, 0.01, 0.2
SO_RCVBUFFORCE = 33  # socket(7), not named in the module socket
RECEIVE_BUFFER = 32 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """One netlink message: its type and flags, and the bytes after the header."""

    type: int
    flags: int
    body: bytes


class OverrunError(Exception):
    """The kernel dropped events because nobody read them in time (ENOBUFS); only a fresh dump helps."""


class Netlink:
    """One rtnetlink socket in the network namespace of the process. Closes itself as context manager.

    groups: multicast groups to listen to (RTMGRP_*), 0 for questions and answers only.
    """

    def __init__(self, *, groups: int = 0) -> None:
        # Strict checking makes the kernel filter dumps by what the request says (since Linux 5.0).
        self._pyroute2 = IPRSocket(strict_check=True, groups=groups)
        self._pyroute2.bind()
        self._socket = self._pyroute2.socket
        # Beyond net.core.rmem_max: bringing up a thousand bridges sends tens of thousands of events.
        self._socket.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        self._sequence = 0

    def fileno(self) -> int:
        return int(self._socket.fileno())

    def close(self) -> None:
        self._pyroute2.close()

    def __enter__(self) -> Netlink:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def dump(self, request: Any, message_type: int) -> list[Message]:
        """Everything the kernel has to say to the request, a message object of pyroute2.

        Asked again while the kernel reports that it changed meanwhile. Raises OSError with its errno.
        """
        until, pause = time.monotonic() + DUMP_PATIENCE, FIRST_PAUSE
        while (messages := self._dump_once(request, message_type)) is None:
            if time.monotonic() > until:
                raise OSError(errno.EAGAIN, "the kernel's network changed faster than it could be listed")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return messages

    def waiting(self) -> Iterator[Message]:
        """The events that have come in by now, not more than a thousand datagrams of them.

        Raises OverrunError when some were lost.
        """
        for _datagram in range(1000):
            try:
                data = self._socket.recv(DATAGRAM, MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    raise OverrunError from error
                raise
            for kind, flags, _sequence, start, end in _messages(data):
                yield Message(kind, flags, data[start:end])

    def _dump_once(self, request: Any, message_type: int) -> list[Message] | None:
        self._sequence += 1
        self._pyroute2.put(
            request, message_type, msg_flags=NLM_F_REQUEST | NLM_F_DUMP, msg_seq=self._sequence
        )
        messages: list[Message] = []
        interrupted = False
        while True:
            data = self._socket.recv(DATAGRAM)
            for kind, flags, sequence, start, end in _messages(data):
                if sequence != self._sequence:
                    continue
                interrupted = interrupted or bool(flags & DUMP_INTERRUPTED)
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    _raise_error(data, start)
                    return None if interrupted else messages
                messages.append(Message(kind, flags, data[start:end]))


def attributes(data: bytes, start: int = 0) -> dict[int, bytes]:
    """The attributes from `start` on, by type; of a repeated one the last.

    The same walk as each_attribute, written out: a link has a hundred attributes, and a generator's turns
    between them are a third of what reading it costs.
    """
    found, unpack, end = {}, ATTRIBUTE.unpack_from, len(data) - 4
    while start <= end:
        length, kind = unpack(data, start)
        if length < 4:
            break
        found[kind & ATTRIBUTE_TYPE] = data[start + 4 : start + length]
        start += (length + 3) & ~3
    return found


def each_attribute(data: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    unpack, end = ATTRIBUTE.unpack_from, len(data)
    while start + 4 <= end:
        length, kind = unpack(data, start)
        if length < 4:
            return
        yield kind & ATTRIBUTE_TYPE, data[start + 4 : start + length]
        start += (length + 3) & ~3


def numbers(message_class: Any) -> dict[str, int]:
    """The numbers of a message class's attributes by name, as pyroute2 lists them."""
    return {name: position for position, (name, _kind) in enumerate(message_class.nla_map)}


def _messages(data: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Type, flags, sequence, start and end of the body of every message in one datagram."""
    start = 0
    while start + HEADER.size <= len(data):
        length, kind, flags, sequence, _port = HEADER.unpack_from(data, start)
        if length < HEADER.size:
            return
        yield kind, flags, sequence, start + HEADER.size, start + length
        start += (length + 3) & ~3


def _raise_error(data: bytes, start: int) -> None:
    """Both NLMSG_DONE and NLMSG_ERROR begin with a negative errno, or 0."""
    (code,) = struct.unpack_from("i", data, start)
    if code < 0:
        raise OSError(-code, os.strerror(-code))
