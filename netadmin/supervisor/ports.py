"""A port to listen on: the one asked for, or the next that is free."""

import socket

TRIED = 50


def free_port(host: str, wanted: int) -> int:
    """The first free TCP port from `wanted` on. Raises OSError with a sentence when there is none."""
    for port in range(wanted, min(wanted + TRIED, 65536)):
        if _is_free(host, port):
            return port
    raise OSError(f"No port from {wanted} to {wanted + TRIED - 1} is free on {host}: name one with PORT=…")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
        except OSError:
            return False
    return True
