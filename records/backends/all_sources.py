"""All sources of this deployment: those of HTTP_SOURCES over HTTP, any other from the feed folder."""

import os
from collections.abc import Sequence

from django.conf import settings

from records.backends.files import FolderSource
from records.backends.http import HttpAccount, HttpSource
from records.backends.http_download import Bounds
from records.upstream import FeedName, Page


class AllSources:
    """Feeds over HTTP and feeds in files side by side. A source is read in one way only."""

    reads_ahead = True

    def __init__(self, folder: str | os.PathLike[str] | None) -> None:
        bounds = Bounds(**settings.HTTP_FEED_BOUNDS)
        self._folder = FolderSource(folder)
        self.over_http = {
            entry["source"]: HttpSource(HttpAccount.from_settings(entry), bounds=bounds)
            for entry in settings.HTTP_SOURCES
        }

    def feeds(self) -> Sequence[FeedName]:
        """Return the feeds in files, then those over HTTP. Raises UpstreamUnavailable for the folder."""
        in_files = [feed for feed in self._folder.feeds() if feed.source not in self.over_http]
        return [*in_files, *(feed for source in self.over_http.values() for feed in source.feeds())]

    def fetch(self, feed: FeedName, *, cursor: str, limit: int) -> Page:
        """Return the page behind a cursor. Raises UpstreamUnavailable."""
        return self.over_http.get(feed.source, self._folder).fetch(feed, cursor=cursor, limit=limit)

    def reads_apart(self, feed: FeedName) -> bool:
        """Say that a fork of this process may read a feed: not over HTTP, where connections are kept."""
        return feed.source not in self.over_http

    def turn_of(self, feed: FeedName) -> str | None:
        """Return what a request shares with others: nothing where a file is read."""
        source = self.over_http.get(feed.source)
        return source.turn_of(feed) if source else None
