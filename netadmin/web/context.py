"""What every page shows around its content."""

from django.conf import settings
from django.http import HttpRequest


def surroundings(request: HttpRequest) -> dict[str, object]:
    """The section of the site, and the node that is this machine itself, where there is one."""
    match = request.resolver_match
    return {
        "section": match.route.split("/")[0] if match else "",
        "host_node": settings.NETADMIN_HOST_NODE,
    }
