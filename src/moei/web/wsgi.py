"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from moei.safekeeping.memory import keep_to_itself

keep_to_itself()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
application = get_wsgi_application()

from moei.web.server import refuse_unsafe  # noqa: E402

# Also when another server than `moei serve` loads this.
refuse_unsafe()
