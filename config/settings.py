"""Settings: every value that a deployment may change comes from the environment (`config.env`)."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from config import env
from config.embedded import places

BASE_DIR = Path(__file__).resolve().parent.parent

PROFILE = env.choice(
    "PROFILE",
    "development",
    "`production` refuses to start on an unsafe setting",
    among=("development", "production"),
)
PRODUCTION = PROFILE == "production"
DEFAULT_SECRET_KEY = "development-only-key-that-production-refuses-to-start-with"  # noqa: S105
SECRET_KEY = env.text("SECRET_KEY", DEFAULT_SECRET_KEY, "signs sessions; 50 random characters")
DEBUG = env.flag("DEBUG", False, "show tracebacks in the browser; never in production")
HOST = env.text("HOST", "127.0.0.1", "address that the web processes listen on")
PORT = env.number("PORT", 8000, "port that the web processes share", least=1)
PUBLIC_URL = env.text(
    "PUBLIC_URL",
    f"http://localhost:{PORT}",
    "address of the console as a browser sees it",
).rstrip("/")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    "localhost,127.0.0.1,[::1]",
    "host names that are served, comma-separated",
)
CSRF_TRUSTED_ORIGINS = env.words(
    "CSRF_TRUSTED_ORIGINS", "", "further origins that may post forms, with scheme"
)
CONSOLE_ORIGINS = env.words(
    "CONSOLE_ORIGINS",
    "",
    "further exact origins whose console sockets are accepted, besides PUBLIC_URL",
)
STATE_DIR = Path(
    env.text(
        "STATE_DIR",
        str(BASE_DIR / "var"),
        "folder of embedded databases, uploads and sockets",
    )
)
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 2, "web processes that share the port", least=1)
SERVER = env.choice("SERVER", "daphne", "ASGI server", among=("daphne", "uvicorn"))
RING = env.choice(
    "RING",
    "notify",
    "how durable news crosses processes: PostgreSQL NOTIFY, the channel layer, or one process only",
    among=("notify", "layer", "local"),
)
TRUSTED_PROXY_HOPS = env.number(
    "TRUSTED_PROXY_HOPS",
    0,
    "reverse proxies in front; X-Forwarded-For is read from the right",
)
METRICS_TOKEN = env.text("METRICS_TOKEN", "", "bearer token of /metrics; without one it is closed")
EVENT_RETENTION_DAYS = env.number(
    "EVENT_RETENTION_DAYS",
    3,
    "days that a client may be away and still resume",
    least=1,
)
MEDIA_ROOT = env.text("MEDIA_ROOT", str(STATE_DIR / "media"), "folder of uploaded files")

INSTALLED_APPS = [
    "servestatic.runserver_nostatic",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_structlog",
    "customers",
    "talk",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
AUTH_USER_MODEL = "talk.Operator"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASE_URL = env.text(
    "DATABASE_URL",
    places.database_url(STATE_DIR),
    "PostgreSQL 18; without it an embedded one is started",
)
REDIS_URL = env.text(
    "REDIS_URL",
    places.redis_url(STATE_DIR),
    "Valkey or Redis; without it an embedded one is started",
)
DATABASES = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 20}]},
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "ja", "language of a browser that asks for none of ours")
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Tokyo", "time zone of server-made pages")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-root"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_URL = "/media/"

SESSION_COOKIE_NAME = "sobani_session"
SILENCED_SYSTEM_CHECKS: list[str] = []
