"""Django's handle on the demo app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo city."""

    name = "demo"

    def ready(self) -> None:
        """Refuse to be installed on a server."""
        from demo.checks import refuse_deployment

        refuse_deployment()
