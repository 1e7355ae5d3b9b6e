"""`python -m tests.fuzz [-max_total_time=SECONDS] [FOLDER…]`: fuzz by coverage, for as long as one likes.

Inputs that break something are left as `crash-*` files in the current folder; libFuzzer's options hold.
"""

import sys

import atheris

with atheris.instrument_imports(include=["netadmin"]):
    from tests.fuzz.target import survive

atheris.Setup(sys.argv, survive)
atheris.Fuzz()
