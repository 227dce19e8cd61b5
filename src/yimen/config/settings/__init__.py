"""Django's settings in four short files: base, apps, security, platform."""

from yimen.config.settings.apps import *  # noqa: F403 - Django reads settings as names of this module
from yimen.config.settings.base import *  # noqa: F403
from yimen.config.settings.platform import *  # noqa: F403
from yimen.config.settings.security import *  # noqa: F403
