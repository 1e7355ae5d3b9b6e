"""The broker of our own: by unix socket, by nothing else, gone when told so."""

import stat
import subprocess

import pytest
import redis

from netadmin.sandbox.errors import SandboxError
from netadmin.sandbox.redis import RedisServer


def test_it_answers_on_its_socket_which_only_its_user_may_reach(redis_server):
    assert redis.Redis(unix_socket_path=str(redis_server.socket)).ping()
    assert stat.S_IMODE(redis_server.directory.stat().st_mode) == 0o700


def test_it_listens_on_no_tcp_port(redis_server):
    listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout

    assert f"pid={redis_server.pid}," not in listening


def test_it_comes_back_after_a_crash(redis_server):
    redis_server.kill()
    assert not redis_server.running

    redis_server.start()

    assert redis.Redis(unix_socket_path=str(redis_server.socket)).ping()


def test_nothing_is_written_to_disk(redis_server):
    redis.Redis(unix_socket_path=str(redis_server.socket)).set("key", "value")
    redis_server.stop()

    assert [path.name for path in redis_server.directory.iterdir()] == ["redis.log"]


def test_a_path_too_long_for_a_socket_is_said_before_anything_starts(tmp_path):
    server = RedisServer(tmp_path / ("x" * 100))

    with pytest.raises(SandboxError, match="too long for a unix socket"):
        server.start()
