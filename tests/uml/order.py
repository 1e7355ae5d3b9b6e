"""Run inside a guest as the centre: sends the node one order, its request as JSON on stdin, and prints the answer.

order.py SOCKET VERB
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from netadmin.node.messages import REQUESTS, Verb
from netadmin.planning.records import decode, encode
from tests.rigs.centre import Centre


def main(socket: str, verb: str) -> None:
    centre = Centre(Path(socket), "guest")
    order = centre.send(decode(REQUESTS[Verb(verb)], json.load(sys.stdin)))
    json.dump(encode(centre.answer(order)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
