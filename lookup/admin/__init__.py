"""The admin of people's files, rules, audit, locks, and devices. Everything personal is masked."""

from django.contrib import admin
from rest_framework_api_key import admin as library_admin
from rest_framework_api_key.models import APIKey

from lookup.admin import abuse, audit, codes, devices, guards, person_file, policies, proposals, shares

__all__ = [
    "abuse",
    "audit",
    "codes",
    "devices",
    "guards",
    "library_admin",
    "person_file",
    "policies",
    "proposals",
    "shares",
]

# The library's own keys belong to no device and open no door here. Its admin is imported above, so
# that it has registered them by now.
admin.site.unregister(APIKey)
