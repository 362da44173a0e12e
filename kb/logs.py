import logging


class WithoutTraceback(logging.Filter):
    """Takes the traceback from what a client did wrong, such as a Host that the site does not have.

    It tells nothing of the cause, and anybody could fill the log with it. The line itself stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
