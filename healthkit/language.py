"""The language of a request, and how its answer names it."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language, to_locale


class Language(LocaleMiddleware):
    """Django's choice of a language, named in Content-Language as a language tag is written (zh-Hans)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language before Django does so in its own lower case."""
        response.headers.setdefault("Content-Language", language_tag())
        return super().process_response(request, response)


def language_tag() -> str:
    """Return the active language as a tag of RFC 5646: "zh-Hans", "en"."""
    return to_locale(get_language() or "").replace("_", "-")
