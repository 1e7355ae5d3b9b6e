"""The Django application."""

from django.apps import AppConfig


class NetadminConfig(AppConfig):
    """Names the application; its models are in ``netadmin.models``."""

    name = "netadmin"
    verbose_name = "netadmin"
