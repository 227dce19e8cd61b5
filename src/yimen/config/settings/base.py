"""Where we are: language, time, database, static files."""

import os
import sys

from yimen.config import database

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

ROOT_URLCONF = "yimen.config.urls"
WSGI_APPLICATION = "yimen.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_is_test = "pytest" in sys.modules
_as_owner = _is_test or os.environ.get("YIMEN_AS_OWNER") == "1"
DATABASES = {
    "default": {
        **database.parse(database.owner_url() if _as_owner else database.application_url()),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # served from the package itself: nothing is collected

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # What was sent holds addresses with their keys: it is read by the sender alone and written nowhere.
    "loggers": {"apprise": {"level": "DEBUG", "handlers": [], "propagate": False}},
}
