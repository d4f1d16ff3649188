"""A source that serves its feeds over HTTP, for the demo and the tests; it misbehaves on request."""

from demo.feed_server.server import KEY_ID, TOKEN, FeedServer, http_sources_entry

__all__ = ["KEY_ID", "TOKEN", "FeedServer", "http_sources_entry"]
