"""Logging in and changing one's password."""

from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy


class Login(LoginView):
    """The way in."""

    template_name = "auth/login.html"
    redirect_authenticated_user = True


class Password(SuccessMessageMixin, PasswordChangeView):  # type: ignore[type-arg]  # not generic at run time
    """Changing the own password."""

    template_name = "auth/password.html"
    success_url = reverse_lazy("nodes")
    success_message = "Your password is changed."
