"""The Django project of the centre."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
