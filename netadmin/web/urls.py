"""Every address of the site, by subject."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="nodes"), name="home"),
    path("", include("netadmin.web.access.urls")),
    path("nodes/", include("netadmin.web.nodes.urls")),
    path("nodes/<slug:node>/", include("netadmin.web.interfaces.urls")),
    path("nodes/<slug:node>/revisions/", include("netadmin.web.revisions.urls")),
    path("search/", include("netadmin.web.search.urls")),
    path("changes/", include("netadmin.web.changes.urls")),
    path("transactions/", include("netadmin.web.transactions.urls")),
    path("audit/", include("netadmin.web.audit.urls")),
]
