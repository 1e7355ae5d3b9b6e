"""The saved files of a node as they once were."""

from django.urls import path

from netadmin.web.revisions import views

urlpatterns = [
    path("", views.revisions, name="revisions"),
    path("<int:number>/", views.revision, name="revision"),
    path("<int:number>/restore/", views.restore, name="revision-restore"),
]
