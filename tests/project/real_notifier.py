"""A notifier that is nobody's stub, for the tests of the production settings."""


class RealNotifier:
    """Carries nothing anywhere."""

    def send(self, mobile: str, text: str) -> None:
        pass
