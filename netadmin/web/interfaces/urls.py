"""The forms of an interface, the raw texts."""

from django.urls import path

from netadmin.web.interfaces import views

urlpatterns = [
    path("add/<slug:kind>/", views.add, name="interface-add"),
    path("edit/<path:interface>/", views.edit, name="interface"),
    path("text/<path:interface>/", views.text, name="interface-text"),
    path("remove/<path:interface>/", views.remove, name="interface-remove"),
    path("file/", views.file, name="file"),
    path("correct/", views.correct, name="correct"),
]
