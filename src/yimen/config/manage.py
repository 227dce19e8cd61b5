"""Django's own commands, for developers: `python -m yimen.config.manage`. They run as the owner of the tables."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    os.environ.setdefault("YIMEN_AS_OWNER", "1")
    execute_from_command_line(sys.argv)
