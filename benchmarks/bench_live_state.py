"""The live state of a node with 4094 bridges: what it costs to read, to follow, and to do nothing.

Runs in a network namespace of its own, with the real worker and a real Redis.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from netadmin.node.facts.ethtool import Ethtool
from netadmin.node.facts.kernel import KernelTable
from netadmin.node.facts.live import boot_id
from netadmin.node.facts.netlink import Netlink
from netadmin.node.publishing import Publisher
from netadmin.sandbox.redis import RedisServer

BRIDGES = 4094
EVENTS = 40
IDLE = 20.0  # seconds
NODE = "bench"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    if "--inside" not in sys.argv:
        inside = ["unshare", "--net", sys.executable, "-m", "benchmarks.bench_live_state", "--inside"]
        return subprocess.run(inside, check=False).returncode
    make_bridges()
    with (
        tempfile.TemporaryDirectory(prefix="netadmin-") as folder,
        RedisServer(Path(folder) / "redis") as server,
    ):
        kept = [first_snapshot(server)]
        with worker(server, Path(folder)) as pid:
            kept += [memory(pid), events(server, pid), idle(pid)]
    return 0 if all(kept) else 1


def make_bridges() -> None:
    lines = ["link set lo up"]
    for number in range(1, BRIDGES + 1):
        lines.append(f"link add vmbr{number} type bridge")
        lines.append(f"addr add 10.{number // 256}.{number % 256}.1/24 dev vmbr{number}")
        lines.append(f"link set vmbr{number} up")
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def first_snapshot(server: RedisServer) -> bool:
    """Everything dumped, decoded and written to Redis."""
    connection = redis.Redis(unix_socket_path=str(server.socket))
    began = time.process_time()
    with Netlink() as netlink:
        table = KernelTable.read(netlink, Ethtool())
    read = time.process_time()
    Publisher(connection, "snapshot", boot_id()).publish_all(table, None)
    published = time.process_time()
    links, routes = len(table.indexes), len(list(table.routes()))
    print(
        f"{links} links, {routes} routes: read {read - began:.2f} s, published {published - read:.2f} s of CPU"
    )
    return told("first snapshot", published - began, 1.2, "s of CPU")


@contextmanager
def worker(server: RedisServer, folder: Path) -> Iterator[int]:
    (folder / "etc/network").mkdir(parents=True)
    (folder / "etc/network/interfaces").write_text("auto lo\niface lo inet loopback\n")
    environment = {
        **os.environ,
        "NETADMIN_NODE": NODE,
        "NETADMIN_ROOT": str(folder),
        "NETADMIN_STATE": str(folder / "state"),
        "NETADMIN_RUN": str(folder / "run"),
        "NETADMIN_BROKER": server.url,
    }
    command = [sys.executable, "-m", "netadmin.node", "worker"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        connection = redis.Redis(unix_socket_path=str(server.socket))
        end = time.monotonic() + 60
        while connection.hlen(f"netadmin:live:{NODE}:links") <= BRIDGES or not connection.llen("centre"):
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(f"the worker did not publish: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def memory(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    peak, now = (int(status.split(f"{field}:")[1].split()[0]) / 1024 for field in ("VmHWM", "VmRSS"))
    print(f"memory now {now:.0f} MB")
    return told("memory at its peak", peak, 150, "MB")


def events(server: RedisServer, pid: int) -> bool:
    """From the moment the kernel is told to the moment Redis shows it, `ip` itself included."""
    connection = redis.Redis(unix_socket_path=str(server.socket))
    times, used = [], cpu(pid)
    for number in range(EVENTS):
        bridge, key = f"vmbr{number + 1}", f"netadmin:live:{NODE}:meta"
        before = connection.hget(key, "sequence")
        began = time.perf_counter()
        subprocess.run(["ip", "addr", "add", f"192.0.2.{number + 1}/32", "dev", bridge], check=True)
        while connection.hget(key, "sequence") == before:
            time.sleep(0.0005)
        times.append((time.perf_counter() - began) * 1000)
    print(
        f"{(cpu(pid) - used) / EVENTS * 1000:.1f} ms of CPU for one; the median took {statistics.median(times):.1f} ms"
    )
    return told("slowest event", max(times), 50, "ms")


def idle(pid: int) -> bool:
    used, began = cpu(pid), time.monotonic()
    time.sleep(IDLE)
    return told("idle", (cpu(pid) - used) / (time.monotonic() - began) * 100, 1, "% of a core")


def cpu(pid: int) -> float:
    """Seconds the process has used so far (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def told(what: str, figure: float, limit: float, unit: str) -> bool:
    kept = figure <= limit
    print(f"{what}: {figure:.2f} {unit}, limit {limit:g} {'kept' if kept else 'MISSED'}", flush=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())
