"""The first page: the services as tiles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the service offers; whoever is not signed in is asked to."""
    return render(request, "lookup/home.html")
