"""The nodes, one node, and the small acts on it."""

from django.urls import path

from netadmin.web.nodes import views

urlpatterns = [
    path("", views.nodes, name="nodes"),
    path("_add/", views.add, name="node-add"),
    path("<slug:node>/", views.node, name="node"),
    path("<slug:node>/live/", views.live, name="node-live"),
    path("<slug:node>/settings/", views.settings, name="node-settings"),
    path("<slug:node>/refresh/", views.refresh, name="node-refresh"),
    path("<slug:node>/unstage/", views.unstage, name="node-unstage"),
    path("<slug:node>/reboot/", views.reboot, name="node-reboot"),
    path("<slug:node>/cancel-reboot/", views.cancel_reboot, name="node-cancel-reboot"),
]
