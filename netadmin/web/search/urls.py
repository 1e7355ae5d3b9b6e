"""The search across nodes."""

from django.urls import path

from netadmin.web.search import views

urlpatterns = [path("", views.search, name="search")]
