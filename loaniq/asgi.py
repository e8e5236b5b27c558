"""The web process: Django over ASGI, so that progress and explanations can stream."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
os.environ.setdefault("DATABASE_POOL", "on")  # a pool must not survive a fork, so only the web process gets one

from django.core.asgi import get_asgi_application

application = get_asgi_application()
