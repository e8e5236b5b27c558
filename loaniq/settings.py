"""All settings, read from the environment once. What one value cannot say is a system check in ``loaniq.checks``."""

import os
from decimal import Decimal
from pathlib import Path

import environ

from agents.llm.routing import choose
from loaniq import local_model
from loaniq.databases import database_settings, owner_settings
from loaniq.logs import logging_settings
from loaniq.secrets import kept_secret
from loaniq.workspace import UNFOLD as UNFOLD  # noqa: PLC0414  (a Django setting)

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

LOCAL_MODEL_PORT = env.int("LOCAL_MODEL_PORT", default=0)  # where this machine serves a small model to all agents
LOCAL_MODEL_FILE = env.str("LOCAL_MODEL_FILE", default="")  # a GGUF file in place of the one that the extra brings
if LOCAL_MODEL_PORT:
    os.environ |= local_model.environment(LOCAL_MODEL_PORT) | os.environ

LOANIQ_HOME = Path(env.str("LOANIQ_HOME", default=str(BASE_DIR / ".loaniq"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(LOANIQ_HOME / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "loaniq.apps.LoaniqConfig",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "audit",
    "policies",
    "lending",
    "agents",
]

MIDDLEWARE = [
    "loaniq.correlation.correlated",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "loaniq.urls"
ASGI_APPLICATION = "loaniq.asgi.application"
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

DATABASES = {"default": database_settings(env, LOANIQ_HOME)}
DATABASE_ROLE = DATABASES["default"].get("USER", "")  # as whom the program works when it is not migrating
DATABASE_OWNER = owner_settings(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
DJANGO_REDIS_IGNORE_EXCEPTIONS = True  # a cache that is down costs time, never a decision
_SHARED_CACHE = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": REDIS_URL, "TIMEOUT": 3600}
CACHES = {
    "default": _SHARED_CACHE
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "loaniq_cache",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # A question's vector takes 5 ms to compute and as long to fetch from a table: without Redis each process keeps its.
    "vectors": _SHARED_CACHE
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "vectors",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"
# Behind TLS, say so: then cookies are secure, plain HTTP is redirected and browsers are told to stay on HTTPS.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("TIME_ZONE", default="America/New_York")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = True  # serves the packages' own files, so a first run needs no collectstatic
MEDIA_ROOT = LOANIQ_HOME / "media"
DOCUMENT_MEGABYTES = env.int("DOCUMENT_MEGABYTES", default=20)  # the most that one paper of a borrower may have

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["lending.api.permissions.IsPartner"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "lending.api.errors.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "LoanIQ partner API",
    "DESCRIPTION": "Send borrowers and applications, ask for decisions, follow them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# django-q2 retries a slow task after 60 s and for ever unless told otherwise; attempts are also counted on the run.
DECISION_SECONDS = env.int("DECISION_SECONDS", default=120)
DECISIONS_IN_FLIGHT = env.int("DECISIONS_IN_FLIGHT", default=2)
Q_CLUSTER = {
    "name": "loaniq",
    "orm": "default",
    "workers": DECISIONS_IN_FLIGHT,
    "timeout": DECISION_SECONDS + 30,
    "retry": DECISION_SECONDS + 90,
    "max_attempts": 3,
    "ack_failures": True,
    "poll": 0.2,
    "queue_limit": 2 * DECISIONS_IN_FLIGHT,
    "save_limit": 250,
    "catch_up": False,
    "label": "Queue",
    "log_level": "WARNING",
}
# The review desk: how long a taken case stays with one person, whether reviewers write their own view down before
# they see the machine's, and up to which base loan amount somebody without a limit of their own approves alone.
REVIEW_CLAIM_MINUTES = env.int("REVIEW_CLAIM_MINUTES", default=30)
REVIEW_BLIND_FIRST = env.bool("REVIEW_BLIND_FIRST", default=True)
SIGNING_DOLLARS = Decimal(env.str("SIGNING_DOLLARS", default="832750"))

LOANIQ_DECISION_TASK = "agents.tasks.run_decision"
LOANIQ_IMPACT_TASK = "agents.impact_task.run_impact"
LOANIQ_EXPLAINER = "agents.tasks.explain"  # who words the explanation of a decision

# Who may be asked. A provider is usable once its key is there; Bedrock's credentials come from the AWS variables.
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="")
BEDROCK_REGION = env.str("BEDROCK_REGION", default="")
COMPATIBLE_BASE_URL = env.str("COMPATIBLE_BASE_URL", default="")
COMPATIBLE_API_KEY = env.str("COMPATIBLE_API_KEY", default="")
COMPATIBLE_STRUCTURED = env.str("COMPATIBLE_STRUCTURED", default="json_object")  # or json_schema, function
AGENT_NAMES = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
PII_AGENTS = ("intake", "compliance", "audit")
PII_PROVIDERS = env.list("PII_PROVIDERS", default=["bedrock", "template"])
# Which model each agent would have, best first: the first two that are usable, and allowed where personal data is
# seen, serve it and take over for it. `template`, the built-in writer, needs no model and serves where none is left.
_STRONG = ("openai/gpt-4o", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0")
_PRIVATE = ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "compatible/loaniq-llama")
_CHEAP = ("openai/gpt-4o-mini", "bedrock/anthropic.claude-3-haiku-20240307-v1:0")
MODEL_WISHES = {
    "intake": _PRIVATE,
    "ratio": ("compatible/loaniq-llama",),  # a small Llama of the lender's own, fine-tuned on its files
    "policy": _STRONG,
    "compliance": _PRIVATE,
    "underwriting": _STRONG,
    "decision": _STRONG,
    "audit": _PRIVATE,
    "judge": _CHEAP,
}
_USABLE = {"openai": OPENAI_API_KEY, "bedrock": BEDROCK_REGION, "compatible": COMPATIBLE_BASE_URL}
_CHOSEN = choose(
    MODEL_WISHES,
    usable=[provider for provider, key in _USABLE.items() if key],
    pii_agents=PII_AGENTS,
    pii_providers=PII_PROVIDERS,
)
LOANIQ_MODEL = env.str("LOANIQ_MODEL", default="")  # one for all agents; LOANIQ_MODEL_AGENT names one for one agent
LOANIQ_FALLBACK = env.str("LOANIQ_FALLBACK", default="")
AGENT_MODELS = {
    agent: env.str(f"LOANIQ_MODEL_{agent.upper()}", default=LOANIQ_MODEL or first)
    for agent, (first, _) in _CHOSEN.items()
}
AGENT_FALLBACKS = {
    agent: env.str(
        f"LOANIQ_FALLBACK_{agent.upper()}",
        default=LOANIQ_FALLBACK or (second if AGENT_MODELS[agent] == first else "template"),
    )
    for agent, (first, second) in _CHOSEN.items()
}
MODEL_CALL_SECONDS = env.int("MODEL_CALL_SECONDS", default=30)
MODEL_CALL_TRIES = env.int("MODEL_CALL_TRIES", default=3)
MODEL_CALLS_IN_FLIGHT = env.int("MODEL_CALLS_IN_FLIGHT", default=10)  # a process and provider
MODEL_MAX_TOKENS = env.int("MODEL_MAX_TOKENS", default=1_000)
MODEL_CIRCUIT_FAILURES = env.int("MODEL_CIRCUIT_FAILURES", default=5)  # in a row, until a model is left alone
MODEL_CIRCUIT_SECONDS = env.int("MODEL_CIRCUIT_SECONDS", default=30)
MODEL_RUN_TOKENS = env.int("MODEL_RUN_TOKENS", default=150_000)  # the most that one run may spend
MODEL_RUN_DOLLARS = Decimal(env.str("MODEL_RUN_DOLLARS", default="0.50"))
MODEL_ANSWERS_SECONDS = env.int("MODEL_ANSWERS_SECONDS", default=3_600)  # how long an answer is kept; 0 keeps none
MODEL_PRICES = env.str("MODEL_PRICES", default="")  # a table such as agents/llm/prices.toml, to add models to it
DECISION_DOLLARS = Decimal(env.str("DECISION_DOLLARS", default="0.059"))  # what a decision is meant to cost

EMBEDDING_MODEL = env.str("EMBEDDING_MODEL", default="all-MiniLM-L6-v2")
EMBEDDING_ENGINE = env.str("EMBEDDING_ENGINE", default="onnx")  # or torch, for sentence-transformers models
EMBEDDING_DIMENSIONS = env.int("EMBEDDING_DIMENSIONS", default=384)
RERANKER_MODEL = env.str("RERANKER_MODEL", default="cross-encoder/ms-marco-MiniLM-L-6-v2")  # or none
MODEL_DOWNLOADS = env.bool("MODEL_DOWNLOADS", default=False)  # whether a model not on this machine is fetched
SEARCH_FUSION = env.str("SEARCH_FUSION", default="score")  # or rrf
SEARCH_DIVERSITY = env.float("SEARCH_DIVERSITY", default=1.0)  # 1 ranks by relevance alone; less makes room for variety
SPARSE_MEMORY_CHUNKS = env.int("SPARSE_MEMORY_CHUNKS", default=5_000)  # above it bm25s takes over from rank-bm25

# Folders and s3://BUCKET/PREFIX addresses whose PDFs are ingested by themselves. Key, region and endpoint of S3 come
# from the usual AWS variables.
POLICY_SOURCES = env.list("POLICY_SOURCES", default=[])
POLICY_POLL_MINUTES = env.int("POLICY_POLL_MINUTES", default=5)
POLICY_SETTLED_SECONDS = env.int(
    "POLICY_SETTLED_SECONDS", default=15
)  # since a file's last change; less may be half of it

LOGGING = logging_settings(env.str("LOG_FORMAT", default="plain"), env.str("LOG_LEVEL", default="INFO"))
