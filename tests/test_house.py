"""The house's own rules: which package may know which, and that a node needs no Django."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
import redis

import netadmin.node
from tests.rigs.until import until

CHECKOUT = Path(__file__).parents[1]

# Put on a process's path as sitecustomize.py, it makes what a node must not know impossible to import.
NO_CENTRE = """\
import sys
from importlib.abc import MetaPathFinder

FORBIDDEN = ("django", "config", "netadmin.models", "netadmin.actions", "netadmin.web", "netadmin.management")


class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if any(name == forbidden or name.startswith(forbidden + ".") for forbidden in FORBIDDEN):
            raise ImportError(f"{name} must not be imported on a node")


sys.meta_path.insert(0, Refuse())
"""


def test_dependencies_point_down_the_folder_list():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_every_module_of_the_node_imports_where_django_cannot_be_imported(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NO_CENTRE)
    modules = [
        module.name
        for module in pkgutil.walk_packages(netadmin.node.__path__, "netadmin.node.")
        if not module.name.endswith(".__main__")  # runs when imported
    ]
    script = f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\nprint(len(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env={"PYTHONPATH": f"{tmp_path}:{CHECKOUT}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(modules) > 5
    assert done.returncode == 0, done.stderr


@pytest.mark.sandbox
def test_the_nodes_worker_runs_where_django_cannot_be_imported(make_sandbox, redis_server, tmp_path):
    (guard := tmp_path / "guard").mkdir()
    (guard / "sitecustomize.py").write_text(NO_CENTRE)
    node = make_sandbox(
        environment={
            "PYTHONPATH": f"{guard}:{CHECKOUT}",
            "NETADMIN_NODE": "guarded",
            "NETADMIN_BROKER": redis_server.url,
        },
        shared=[redis_server.directory, guard],
    )
    broker = redis.Redis(unix_socket_path=str(redis_server.socket))

    node.start([sys.executable, "-m", "netadmin.node", "worker"])

    until(lambda: broker.exists("netadmin:beat:guarded") and broker.llen("centre"))


def test_the_guard_against_django_is_itself_at_work(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NO_CENTRE)

    done = subprocess.run(
        [sys.executable, "-c", "import django"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "django must not be imported on a node" in done.stderr
