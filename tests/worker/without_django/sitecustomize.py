"""Makes Django unimportable in every Python that finds this folder first on its path."""

import sys
from importlib.abc import MetaPathFinder


class WithoutDjango(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "django":
            raise ImportError("Django is not to be imported on a node")


sys.meta_path.insert(0, WithoutDjango())
