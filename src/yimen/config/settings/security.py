"""Who gets in, and what a page may load."""

from csp.constants import NONE, SELF

from yimen.config import env

DEBUG = False
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = env.text("YIMEN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("YIMEN_TRUSTED_ORIGINS", "").split(",") if origin]

AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = ["yimen.config.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Accounts come from the city's identity service, never from a form of ours that anyone can fill in.
ACCOUNT_ADAPTER = "yimen.channels.portal.accounts.ClosedSignup"

CSRF_FAILURE_VIEW = "yimen.channels.portal.problems.stale"
SESSION_ENGINE = "yimen.config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("YIMEN_HTTPS")
SECURE_SSL_REDIRECT = env.flag("YIMEN_HTTPS")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
