"""Sessions are kept until they expire. Source: docs/domain.md, 5, "Retention"."""

from datetime import datetime

from django.contrib.sessions.models import Session

from identity.models import ApiSession


def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions of pages and API that have expired; return how many."""
    pages, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    tokens, _by_model = ApiSession.objects.filter(expires_at__lte=at).delete()
    return pages + tokens
