"""The worker for long jobs, as `moei serve` starts it: django-tasks' own, whose memory nobody else reads."""

from __future__ import annotations

import os

from django.core.management import execute_from_command_line

from moei.safekeeping.memory import keep_to_itself

if __name__ == "__main__":
    keep_to_itself()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
    execute_from_command_line(["moei", "db_worker", "--backend", "default"])
