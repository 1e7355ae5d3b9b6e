"""The parts of `make run`: processes that come back, one run at a time, a free port, a machine that can be managed."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from netadmin.supervisor.claim import AlreadyRunningError, Claim
from netadmin.supervisor.host import HostError, check_host, host_name
from netadmin.supervisor.ports import free_port
from netadmin.supervisor.service import Service
from tests.rigs.until import until


@pytest.fixture
def service(tmp_path):
    command = (sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)")
    service = Service("worker", command, log=tmp_path / "log", cwd=tmp_path, environment={})
    yield service
    service.stop()


def test_a_process_that_dies_is_named_and_started_again(service):
    service.start()
    first = service.pid
    subprocess.run(["kill", "-9", str(first)], check=True)

    said = until(service.tend)
    assert said.startswith("worker ended with -9; starting it again in 1 s")

    until(lambda: service.tend() == "" and service.pid != first)
    assert Path("/proc", str(service.pid)).exists()


def test_a_process_that_keeps_dying_is_started_ever_more_slowly(tmp_path):
    service = Service("worker", ("false",), log=tmp_path / "log", cwd=tmp_path, environment={})
    service.start()

    pauses = [until(service.tend).split(" in ")[1] for _ in range(2)]

    assert [pause.split()[0] for pause in pauses] == ["1", "2"]


def test_a_service_that_is_stopped_is_gone_and_stays_gone(service):
    service.start()
    pid = service.pid

    service.stop()

    assert not Path("/proc", str(pid)).exists()
    assert service.tend() == ""


def test_the_second_run_says_that_one_is_running_and_where(tmp_path):
    with Claim(tmp_path) as first:
        first.announce("http://127.0.0.1:8000/")

        with (
            pytest.raises(AlreadyRunningError, match=r"already running here, at http://127.0.0.1:8000/"),
            Claim(tmp_path),
        ):
            pass

    with Claim(tmp_path):
        pass  # the first has ended: the folder is free again


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert free_port("127.0.0.1", port) > port


def test_a_machine_without_an_engine_cannot_be_managed_and_gets_none(tmp_path):
    with pytest.raises(HostError, match="neither ifupdown2 nor ifupdown"):
        check_host(tmp_path)


def test_a_machine_managed_by_something_else_is_left_alone(tmp_path):
    (tmp_path / "usr/sbin").mkdir(parents=True)
    (tmp_path / "usr/sbin/ifreload").touch()

    with pytest.raises(HostError, match="no /etc/network/interfaces"):
        check_host(tmp_path)


def test_the_engine_of_a_machine_is_told_by_its_own_programs(tmp_path):
    (tmp_path / "etc/network").mkdir(parents=True)
    (tmp_path / "etc/network/interfaces").touch()
    (tmp_path / "sbin").mkdir()
    (tmp_path / "sbin/ifup").touch()

    assert check_host(tmp_path) == "ifupdown"


def test_the_machine_has_a_name_that_a_node_may_have():
    assert host_name().strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""
