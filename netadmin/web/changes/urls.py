"""Change sets and what can be done with one."""

from django.urls import path

from netadmin.web.changes import views

urlpatterns = [
    path("", views.changes, name="changes"),
    path("<int:pk>/", views.change_set, name="change-set"),
    path("<int:pk>/live/", views.live, name="change-live"),
    path("<int:pk>/title/", views.retitle, name="change-retitle"),
    path("<int:pk>/stage/", views.stage, name="change-stage"),
    path("<int:pk>/apply/", views.apply, name="change-apply"),
    path("<int:pk>/discard/", views.discard, name="change-discard"),
    path("<int:pk>/drop/", views.drop, name="change-drop"),
    path("<int:pk>/rebase/", views.rebase, name="change-rebase"),
]
