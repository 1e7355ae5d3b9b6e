"""``manage.py run``: everything that one machine needs, started, kept running, and ended together."""

import errno
import http.client
import os
import secrets
import signal
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from contextlib import closing
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.urls import reverse
from django.utils import timezone

from netadmin.actions.accounts import add_account, set_password
from netadmin.actions.nodes import add_node
from netadmin.interfaces import Dialect
from netadmin.models import Node
from netadmin.sandbox.errors import SandboxError
from netadmin.sandbox.switch import IPV6
from netadmin.supervisor.claim import AlreadyRunningError, Claim
from netadmin.supervisor.host import HostError, check_host, host_name
from netadmin.supervisor.ports import free_port
from netadmin.supervisor.stack import Plan, Stack

ADMIN = "admin"
READY_LIMIT = 90  # seconds
BEAT = 0.5  # seconds between two looks at the processes
RED, PLAIN = "\033[1;31m", "\033[0m"


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM, then ends every process and namespace that it started."""

    help = "Start Redis, a node's worker (in a sandbox, or of this machine), the centre's worker and the web server."
    requires_system_checks = []  # they read the database, which may not be there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What `make run` passes on."""
        parser.add_argument("--node", choices=["sandbox", "host"], default="sandbox")
        parser.add_argument("--engine", choices=[dialect.value for dialect in Dialect], default="ifupdown2")
        parser.add_argument("--bind", default="127.0.0.1", help="address the web server listens on")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Claim the data folder, run, and say in one sentence what keeps it from running."""
        self.end = threading.Event()
        self.started = timezone.now()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            with Claim(settings.DATA_DIR) as claim:
                self._run(claim, self._plan(**options))
        except (AlreadyRunningError, SandboxError, HostError, CommandError) as error:
            self._refuse(str(error))
        except (OSError, OperationalError) as error:
            self._refuse(_full_disk(error) or str(error))

    def _refuse(self, why: str) -> None:
        self.stderr.write(f"\nnetadmin: {why}")
        sys.exit(1)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.end.set()

    def _plan(self, *, node: str, engine: str, bind: str, port: int, **options: Any) -> Plan:
        if os.geteuid() != 0:
            raise CommandError("You are not root, and a node's network needs root: run it with sudo.")
        host = node == "host"
        if host:
            self._warn()
        chosen = free_port(bind, port)
        if chosen != port:
            self._say(f"port {port} is taken: using {chosen} (PORT=… asks for another)")
        name = host_name() if host else "sandbox"
        return Plan(settings.DATA_DIR, name, host, Dialect(engine), bind, chosen)

    def _warn(self) -> None:
        engine = check_host(Path("/"))
        self.stderr.write(
            f"{RED}This manages THIS MACHINE ({socket.gethostname()}): what is applied changes its own network,\n"
            f"by its own {engine}. Without NODE=host a sandbox is managed instead.{PLAIN}"
        )

    def _run(self, claim: Claim, plan: Plan) -> None:
        self._say("preparing the database and the pages")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not IPV6.exists():
            self._say("this kernel has no IPv6: the node works with IPv4 alone")
        password = _admin_password(plan.data / "admin-password")
        self._say(
            f"getting {'Redis' if plan.host else f'{plan.engine.value} and Redis'}: unpacked, not installed"
        )
        stack = Stack(plan)
        try:
            self._say("starting Redis, the node, the centre's worker and the web server")
            stack.start_broker()
            _add_node(plan.node)
            connections.close_all()
            stack.start()
            if self._await_ready(stack, plan):
                claim.announce(plan.address)
                self._welcome(plan, password)
                self._tend(stack)
        finally:
            self._say("ending what was started")
            stack.stop()

    def _await_ready(self, stack: Stack, plan: Plan) -> bool:
        """Until the pages answer and the node has reported; False when told to end meanwhile."""
        self._say("waiting for the node to report")
        limit = time.monotonic() + READY_LIMIT
        while not (_answers(plan) and _reported(plan.node, since=self.started)):
            if self.end.wait(BEAT):
                return False
            for said in stack.tend():
                self._say(said)
            if time.monotonic() > limit:
                raise CommandError(
                    f"The node has not reported within {READY_LIMIT} s. The logs are in {plan.logs}"
                    + (f" and {stack.sandbox.console}." if stack.sandbox else ".")
                )
        return True

    def _welcome(self, plan: Plan, password: str) -> None:
        node = Node.objects.get(name=plan.node)
        engine = f"{node.reported['engine']} {node.reported['engine_version']}"
        if plan.host:
            manages = f"{RED}THIS MACHINE{PLAIN}, {node.name}, by its own {engine}"
        else:
            nics = ", ".join(sorted(node.nics or ()))
            manages = f'the sandbox node "{node.name}" ({engine}; {nics}); nothing of this machine'
        self.stdout.write(
            f"\n  Open      {plan.address}\n"
            f"  Login     {ADMIN} / {password}\n"
            f"  Manages   {manages}\n"
            f"  Data      {plan.data} (the password in admin-password, logs in log)\n"
            f"  Stop      Ctrl-C\n"
        )
        self.stdout.flush()

    def _tend(self, stack: Stack) -> None:
        while not self.end.wait(BEAT):
            for said in stack.tend():
                self._say(said)

    def _say(self, said: str) -> None:
        self.stdout.write(f"netadmin: {said}")
        self.stdout.flush()


def _full_disk(error: Exception) -> str:
    full = (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "disk is full" in str(error)
    return f"The disk is full: make room at {settings.DATA_DIR}, then start again." if full else ""


def _admin_password(file: Path) -> str:
    """The administrator's first password, made and kept when there is no account or its file was lost."""
    user = get_user_model().objects.filter(username=ADMIN).first()
    if user is not None and file.exists():
        kept = file.read_text().strip()
        return kept if user.check_password(kept) else "(the password you have set)"
    password = secrets.token_urlsafe(12)
    if user is None:
        add_account(ADMIN, roles=("all",), password=password)
    else:
        set_password(user, password)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as kept_file:
        kept_file.write(f"{password}\n")
    return password


def _add_node(name: str) -> None:
    if not Node.objects.filter(name=name).exists():
        add_node(name, by=get_user_model().objects.get(username=ADMIN))


def _reported(name: str, *, since: datetime) -> bool:
    try:
        return Node.objects.filter(name=name, reported_at__gte=since).exists()
    finally:
        connections.close_all()


def _answers(plan: Plan) -> bool:
    """Whether the web server shows its first page, the login, at the address it was told to listen on."""
    with closing(http.client.HTTPConnection(plan.bind, plan.port, timeout=5)) as web:
        try:
            web.request("GET", reverse("login"), headers={"Host": "localhost"})
            return web.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
