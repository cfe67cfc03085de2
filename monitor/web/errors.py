"""Why the page cannot be served."""


class PageError(Exception):
    """The address of MONITOR_PAGE cannot be served. The message says why and what to do."""
