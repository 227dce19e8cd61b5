"""What is installed, and what a request passes through."""

INSTALLED_APPS = [
    # The channels stand first so that their templates come before those of libraries.
    "yimen.channels.components",
    "yimen.channels.portal",
    "yimen.channels.workbench",
    "yimen.channels.console",
    "yimen.channels.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "yimen.core",
    "yimen.standards",
    "yimen.parties",
    "yimen.ledger",
    "yimen.tasks",
    "yimen.notices",
    "yimen.payments",
    "yimen.datasets",
    "yimen.licences",
    "yimen.facts",
    "yimen.rules",
    "yimen.items",
    "yimen.cases",
    "yimen.ratings",
    "yimen.policies",
]

MIDDLEWARE = [
    "yimen.config.problems.ProgramMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yimen.config.privacy.PrivateMiddleware",
    "yimen.config.problems.ProblemMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yimen.channels.components.context.page",
            ]
        },
    }
]
