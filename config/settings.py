"""Settings: every value that a deployment may change comes from the environment (`config.env`)."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from config import env, logs, security
from config.embedded import places
from talk import connections

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
SECRET_KEY_FALLBACKS = env.words(
    "SECRET_KEY_FALLBACKS",
    "",
    "former values of SECRET_KEY, comma-separated: what was sealed or suppressed stays so",
)
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
PROMETHEUS_MULTIPROC_DIR = env.text(
    "PROMETHEUS_MULTIPROC_DIR",
    "",
    "folder where the processes of one machine add up their metrics; `manage.py up` sets it",
)
LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", "least level that is logged", among=("DEBUG", "INFO", "WARNING", "ERROR")
)
LOG_FORMAT = env.choice(
    "LOG_FORMAT",
    "json" if PRODUCTION else "console",
    "one JSON object a line, or lines for a person; json in production",
    among=("json", "console"),
)
LOGGING = logs.configure(readable=LOG_FORMAT == "console", level=LOG_LEVEL)
POSTGRES_BIN = env.text(
    "POSTGRES_BIN", "", "folder of PostgreSQL 18's programs, instead of the embedded wheel's"
)
VALKEY_BIN = env.text("VALKEY_BIN", "", "Valkey's server program, instead of the embedded wheel's")
EVENT_RETENTION_DAYS = env.number(
    "EVENT_RETENTION_DAYS",
    3,
    "days that a client may be away and still resume",
    least=1,
)
ACTIVITY_RETENTION_DAYS = env.number(
    "ACTIVITY_RETENTION_DAYS",
    400,
    "days that page views and other activities are kept; the sidebar's context stays",
    least=31,
)
VISITOR_FRAMES_PER_SECOND = env.number(
    "VISITOR_FRAMES_PER_SECOND",
    10,
    "frames a visitor's socket may send; five times as many at once",
    least=1,
)
OPERATOR_FRAMES_PER_SECOND = env.number(
    "OPERATOR_FRAMES_PER_SECOND",
    40,
    "frames an operator's socket may send; five times as many at once",
    least=1,
)
SOCKETS_PER_VISITOR = env.number(
    "SOCKETS_PER_VISITOR",
    20,
    "sockets that one visitor (all tabs of a browser) may have open at each web process; 0: any",
)
SOCKETS_PER_ADDRESS = env.number(
    "SOCKETS_PER_ADDRESS",
    1000,
    "sockets of visitors from one address at each web process; 0: any. Behind a proxy set"
    " TRUSTED_PROXY_HOPS, or all visitors have one address",
)
LINE_SIMULATOR = env.flag(
    "LINE_SIMULATOR",
    not PRODUCTION,
    "a simulated LINE with phones to write from, instead of LINE itself; never in production",
)
LINE_SIMULATOR_PORT = env.number(
    "LINE_SIMULATOR_PORT", PORT + 1, "port of the simulated LINE; its page is `/line-simulator/`"
)
_SIMULATED = f":{LINE_SIMULATOR_PORT}" if LINE_SIMULATOR else ""
LINE_API_BASE = (
    env.text(
        "LINE_API_BASE",
        _SIMULATED and f"http://127.0.0.1{_SIMULATED}",
        "where LINE's Messaging API is; `https://api.line.me` without the simulated one",
    ).rstrip("/")
    or "https://api.line.me"
)
LINE_DATA_BASE = (
    env.text(
        "LINE_DATA_BASE",
        _SIMULATED and f"http://127.0.0.1{_SIMULATED}",
        "where LINE keeps files; `https://api-data.line.me` without the simulated one",
    ).rstrip("/")
    or "https://api-data.line.me"
)
LINE_ACCESS_BASE = (
    env.text(
        "LINE_ACCESS_BASE",
        _SIMULATED and f"http://{urlsplit(PUBLIC_URL).hostname}{_SIMULATED}",
        "where people log in with LINE; `https://access.line.me` without the simulated one",
    ).rstrip("/")
    or "https://access.line.me"
)
LINE_APP_BASE = (
    env.text(
        "LINE_APP_BASE",
        _SIMULATED and f"http://{urlsplit(PUBLIC_URL).hostname}{_SIMULATED}",
        "what opens the application on phones; `https://line.me` without the simulated one",
    ).rstrip("/")
    or "https://line.me"
)
LINE_CONTENT_MAX_BYTES = env.number(
    "LINE_CONTENT_MAX_BYTES",
    300 * 1024 * 1024,
    "largest picture, video or file that is fetched from LINE",
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
    "allauth.usersessions",
    "django_structlog",
    "customers",
    "talk",
    "integrations.line",
    "config",
]

MIDDLEWARE = [
    "config.request_id.RequestIdMiddleware",
    "config.health.HealthMiddleware",
    "config.metrics.MetricsMiddleware",
    # What stands above this runs on the event loop, the rest in a thread: see `config.handler`.
    "servestatic.middleware.ServeStaticMiddleware",
    "config.security.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.accounts.sessions.SessionAgeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.security.ContentPolicyMiddleware",
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
_database = environ.Env.db_url_config(DATABASE_URL)
DATABASES = {
    "default": {
        **_database,
        # Every request has a thread of its own under ASGI, so connections are kept by the process.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **connections.with_options(_database.get("OPTIONS", {})),
            # Only what asks for it (`customers.prepared`); without a number nothing is prepared.
            "prepare_threshold": 1_000_000_000,
            "pool": {
                "min_size": 1,
                "max_size": 8,
                "timeout": 4,
                "connection_class": connections.PatientConnection,
            },
        },
    }
}

CACHES = {
    "default": {
        "BACKEND": "config.cache.SteadyCache",
        "LOCATION": REDIS_URL,
        # One pool for all threads of a process: whoever found it empty would take Valkey for dead.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "max_connections": 1_000},
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
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_POOL = "threads"  # jobs wait for databases and networks; a fork each costs 60 MB
CELERY_WORKER_CONCURRENCY = env.number(
    "WORKER_CONCURRENCY", 4, "jobs that one worker does at the same time", least=1
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "config.heartbeats:Scheduler"
# A job only wakes work that a sweeper finds anyway: better lost at once than waited for.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 2,
    "socket_timeout": 20,
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # the request's id goes with its jobs

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "ja", "language of a browser that asks for none of ours")
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Tokyo", "time zone of server-made pages")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.HashedStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# In development a file is found where it was written, as it is now.
SERVESTATIC_USE_FINDERS = SERVESTATIC_AUTOREFRESH = not PRODUCTION
SERVESTATIC_USE_MANIFEST = PRODUCTION
SERVESTATIC_ADD_HEADERS_FUNCTION = security.add_static_headers
SERVESTATIC_USE_ZSTD = False  # gzip for all, brotli for browsers; a third form only costs time
SERVESTATIC_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gif", "webp", "avif", "woff2"]
MEDIA_URL = "/media/"

# Cookies: behind https with the prefix that binds them to this host, and never sent without TLS.
SECURE = PUBLIC_URL.startswith("https://")
SESSION_ENGINE = "config.accounts.session_store"
SESSION_COOKIE_NAME = "__Host-sobani_session" if SECURE else "sobani_session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600  # in all; SESSION_IDLE_SECONDS ends it sooner
SESSION_IDLE_SECONDS = 12 * 3600
CSRF_COOKIE_NAME = "__Host-sobani_csrf" if SECURE else "sobani_csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "sobani_language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
CONTENT_SECURITY_POLICY = security.content_policy(PUBLIC_URL)

ACCOUNT_ADAPTER = "config.accounts.adapter.AccountAdapter"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "config.accounts.reset.ResetTokens"  # noqa: S105 - a class
ACCOUNT_FORMS = {"reset_password": "config.accounts.forms.PasswordResetForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/15m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "config.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sobani"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # operators are made by an administrator, not by sign-up
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 3600
EMAIL_URL = env.text(
    "EMAIL_URL",
    f"filemail://{STATE_DIR / 'mail'}",
    "mail server as smtp+tls://user:password@host:587; without one mails become files",
)
_mail = environ.Env.email_url_config(EMAIL_URL)
if folder := _mail.get("EMAIL_FILE_PATH"):  # which the parser takes for one below where we stand
    _mail["EMAIL_FILE_PATH"] = f"/{folder.lstrip('/')}"
vars().update(_mail)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "sobani@localhost", "sender of mails to operators")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "talk.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["talk.api.rendering.RowRenderer"],
    "DEFAULT_PARSER_CLASSES": ["talk.api.parsing.JsonParser"],
    "DEFAULT_THROTTLE_CLASSES": ["talk.api.throttling.ActorThrottle"],
    "NUM_PROXIES": 0,  # config.server has already put the real address into the scope
    "EXCEPTION_HANDLER": "talk.api.problems.answer_problem",
    "DEFAULT_SCHEMA_CLASS": "talk.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_REQUESTS_PER_MINUTE = 1200  # of one operator or API token
API_MISSES_PER_MINUTE = 60  # a client that keeps asking for what is not there is guessing
SPECTACULAR_SETTINGS = {
    "TITLE": "Sobani API",
    "DESCRIPTION": (
        "Conversations, messages and customers. Errors are problem+json (RFC 9457). Programs send "
        "an API token; the console sends its session cookie, and with every POST and PATCH the "
        "`csrf` of `GET /api/v1/me` in the header `X-CSRFToken`."
    ),
    "OAS_VERSION": "3.1.0",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["talk.api.schema.add_rows"],
}
SILENCED_SYSTEM_CHECKS: list[str] = []
