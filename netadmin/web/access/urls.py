"""Login, logout, password."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from netadmin.web.access import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.Password.as_view(), name="password"),
]
