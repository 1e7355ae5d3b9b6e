"""The audit trail."""

from django.urls import path

from netadmin.web.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("verify/", views.verify, name="audit-verify"),
]
