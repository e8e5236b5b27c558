"""The web process: Django over ASGI, so that progress and explanations can stream."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
os.environ.setdefault("DATABASE_POOL", "on")  # a pool must not survive a fork, so only the web process gets one
# whitenoise hands static files over in blocks, and Django would mention it once for each file
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = get_asgi_application()
