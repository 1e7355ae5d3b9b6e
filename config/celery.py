"""The centre's Celery application: it sends orders to nodes and records what they report."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("netadmin.centre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["netadmin.actions"])
