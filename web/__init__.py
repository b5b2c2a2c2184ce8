"""The site shows: `create_app`, one blueprint a noun, templates and static files.

It never imports `worker`; whatever it needs computed it enqueues through `archive.jobs`.
"""
