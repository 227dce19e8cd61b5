"""Sessions in the database, as Django keeps them; the one question of every click asked in one prepared statement."""

from django.contrib.sessions.backends.db import SessionStore as Database
from django.utils import timezone

from yimen.core import pipeline

LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(Database):
    """A session of the database."""

    def load(self) -> dict[str, object]:
        """Return what the session holds; empty, and without a key from then on, where there is none or it is over."""
        row = pipeline.ask_now(LOAD, [self.session_key, timezone.now()])
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(str(row[0])))
