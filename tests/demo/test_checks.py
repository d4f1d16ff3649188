"""The demo is refused wherever the settings do not say that they are the embedded ones."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from demo.checks import refuse_deployment


@pytest.mark.parametrize("deployment", ["production", "staging", "", None])
def test_refuse_deployment_stops_a_server(settings, deployment):
    settings.DEPLOYMENT = deployment
    with pytest.raises(ImproperlyConfigured, match="demo"):
        refuse_deployment()


def test_refuse_deployment_stops_settings_without_a_name(settings):
    del settings.DEPLOYMENT
    with pytest.raises(ImproperlyConfigured):
        refuse_deployment()


def test_refuse_deployment_lets_the_embedded_run_pass(settings):
    assert settings.DEPLOYMENT == "embedded"
    refuse_deployment()
