"""The site shows: `create_app`, one blueprint a noun, templates and static files.

It never imports `worker`; whatever it needs computed it enqueues through `archive.jobs`.
"""

from web.app import create_app, create_app_from_env

__all__ = ["create_app", "create_app_from_env"]
