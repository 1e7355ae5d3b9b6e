"""`python -m netadmin.sandbox SOCKET`: process 1 of a sandbox, started by sandbox.py in new namespaces."""

import sys

from netadmin.sandbox.init import main

sys.exit(main())
