#!/usr/bin/env python
"""Django's command line. Defaults to the embedded settings; a server sets DJANGO_SETTINGS_MODULE."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthkit.settings.embedded")
    execute_from_command_line(sys.argv)
