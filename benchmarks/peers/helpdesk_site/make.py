"""Make the peer's database: its migrations, and a queue for everybody. python -m helpdesk_site.make"""

import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk_site.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from helpdesk.models import Queue

    Queue.objects.create(title="IT Help", slug="it", allow_public_submission=True, new_ticket_cc="")


if __name__ == "__main__":
    main()
