"""Builds the site: parts, accounts, blueprints, errors, headers.

gunicorn calls `create_app_from_env` in each of its processes; nothing is made at import
and no connection is opened before a request comes.
"""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from archive.clock import Clock, utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.meaning.related import open_related
from archive.permissions import Action, may
from archive.settings import Settings
from archive.storage import Storage
from archive.thesaurus.expansion import Concepts
from archive.uploads import Finisher, PartialFiles
from web import (
    accounts,
    accounts_gate,
    accounts_own,
    api,
    assets,
    audit,
    chapters,
    collections,
    curating,
    deposits,
    describing,
    editing,
    errors,
    glossary,
    headers,
    media,
    mine,
    mishearings,
    privacy,
    publishing,
    recordings,
    replacing,
    review,
    searching,
    slides,
    thesaurus,
    tokens,
    unanswered,
    upload_texts,
    uploads,
)
from web.accounts_security import install_security
from web.actor import current_actor
from web.compression import compress
from web.parts import Parts, current_parts, install_parts
from web.warming import leave_to_stay, start_warming
from web.wording import install_filters

_MAX_FORM_BYTES = 1024**2
"""Largest body of any request but a deposit, whose own limit is the archive's."""


def create_app(
    settings: Settings, *, clock: Clock = utc_now, storage: Storage | None = None
) -> Flask:
    """Build the site.

    Args:
        settings: Whose database is migrated.
        clock: Gives the present.
        storage: In place of the one the settings name.
    """
    app = Flask("web")
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=_MAX_FORM_BYTES,
        SESSION_COOKIE_NAME="archive_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
    )
    # Lines that hold only a `{% … %}` are not sent: a fifth of a page of results.
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    database = Database(settings.database_url)
    storage, jobs = storage or Storage(settings.files_dir), Jobs(database)
    partial_files = PartialFiles(settings.uploads_dir)
    install_parts(
        app.extensions,
        Parts(
            settings=settings,
            database=database,
            storage=storage,
            index=SearchIndex(settings.index_dir),
            jobs=jobs,
            clock=clock,
            concepts=Concepts(),
            partial_files=partial_files,
            finisher=Finisher(
                database=database, storage=storage, jobs=jobs, files=partial_files, clock=clock
            ),
            related=open_related(settings),
        ),
    )
    if settings.proxies:
        proxies = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    install_filters(app)
    assets.install(app)
    # Functions run after a request in reverse: headers are set last, on what is compressed.
    headers.install(app)
    app.after_request(compress)
    csrf = install_security(app, database, clock=clock, secure=secure)
    errors.install(app)
    publishing.install(app)
    accounts_gate.install(app)
    app.context_processor(_who_asks)
    for blueprint in (
        searching.blueprint,
        recordings.blueprint,
        publishing.blueprint,
        describing.blueprint,
        curating.blueprint,
        collections.blueprint,
        media.blueprint,
        slides.blueprint,
        chapters.blueprint,
        privacy.blueprint,
        replacing.blueprint,
        editing.blueprint,
        review.blueprint,
        deposits.blueprint,
        uploads.blueprint,
        upload_texts.blueprint,
        mine.blueprint,
        accounts.blueprint,
        accounts_own.blueprint,
        tokens.blueprint,
        audit.blueprint,
        glossary.blueprint,
        mishearings.blueprint,
        thesaurus.blueprint,
        unanswered.blueprint,
        api.blueprint,
    ):
        app.register_blueprint(blueprint)
    # Checked by the views themselves, on the fields that come before the file: the ordinary
    # check would take in the whole upload first.
    csrf.exempt(deposits.receive)
    csrf.exempt(slides.receive)
    csrf.exempt(curating.receive)
    # These read the token off a header; an API token needs none.
    csrf.exempt(uploads.blueprint)
    csrf.exempt(upload_texts.blueprint)
    return app


def _who_asks() -> dict[str, object]:
    """Give templates the actor, and `may_do("deposit")`: whether they may."""
    actor = current_actor()
    return {"actor": actor, "may_do": lambda action: may(actor, Action(action))}


def create_app_from_env() -> Flask:
    """Build the site as the environment says, for `gunicorn 'web:create_app_from_env()'`."""
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        start_warming(current_parts(), templates=app.jinja_env, settle=leave_to_stay)
    return app
