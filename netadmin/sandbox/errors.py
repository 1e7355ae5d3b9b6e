"""What can keep a sandbox from starting: each says what happened, how things stand and what to do next.

SandboxError
├── PackagesError     Debian packages could not be found, fetched or unpacked
├── NamespacesError   the kernel or the container does not let us make namespaces or overlays
└── BootError         the sandbox's own init ended before the node was up
"""


class SandboxError(Exception):
    """A sentence on what happened, and in `hint` what a person can do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class PackagesError(SandboxError):
    pass


class NamespacesError(SandboxError):
    pass


class BootError(SandboxError):
    pass
