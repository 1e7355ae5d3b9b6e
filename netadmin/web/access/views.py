"""Logging in, logging out, and changing one's password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from netadmin.actions import sessions
from netadmin.web.acting import admin_address


class Login(LoginView):
    """The way in."""

    template_name = "auth/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session and go where the person wanted to go."""
        sessions.log_in(self.request, form.get_user(), address=admin_address(self.request))
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Note the attempt and show the form again."""
        sessions.turn_away(form.data.get("username", ""), address=admin_address(self.request))
        return super().form_invalid(form)


class Logout(LogoutView):
    """The way out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session."""
        sessions.log_out(request)
        return super().post(request, *args, **kwargs)


class Password(PasswordChangeView):
    """Changing the own password."""

    template_name = "auth/password.html"
    success_url = reverse_lazy("nodes")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it; this session goes on, every other of the account ends."""
        sessions.change_password(form)
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "Your password is changed.")
        return HttpResponseRedirect(self.get_success_url())
