"""Transactions: looking on, and the human's word."""

from django.urls import path

from netadmin.web.transactions import views

urlpatterns = [
    path("", views.transactions, name="transactions"),
    path("<slug:pk>/", views.transaction, name="transaction"),
    path("<slug:pk>/live/", views.live, name="transaction-live"),
    path("<slug:pk>/confirm/", views.confirm, name="transaction-confirm"),
    path("<slug:pk>/extend/", views.extend, name="transaction-extend"),
    path("<slug:pk>/roll-back/", views.roll_back, name="transaction-roll-back"),
]
