#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from digests.failures import is_of_surroundings
from digests.management.failures import end


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        if "--traceback" in sys.argv or not is_of_surroundings(error):
            raise
        end(error)


if __name__ == "__main__":
    main()
