"""One's own account: by a one-time link, its page, and a new password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, hash_password, login_user, verify_password

from archive.account_links import LinkView, read_link, use_link
from archive.accounts import change_password
from archive.errors import InvalidInputError, NotAllowedError, TooManyTriesError
from archive.permissions import Action, require
from archive.tokens import list_tokens
from web.accounts_forms import give_it_back, password_keys, take_a_try
from web.accounts_security import MIN_PASSWORD, current_security
from web.actor import current_actor
from web.parts import current_parts

_TOO_MANY = 429

blueprint = Blueprint("accounts_own", __name__)


@blueprint.get("/setup/<token>")
def setup(token: str) -> ResponseReturnValue:
    """Show the form a one-time link leads to."""
    parts = current_parts()
    with parts.database.read() as session:
        link = read_link(session, token, now=parts.clock())
    return _setup_page(link)


@blueprint.post("/setup/<token>")
def use(token: str) -> ResponseReturnValue:
    """Make the account, or set its password; then sign in, by a second factor if it has one."""
    parts = current_parts()
    with parts.database.read() as session:
        link = read_link(session, token, now=parts.clock())
    email, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        password = _read_new_password()
        with parts.database.begin() as session:
            account_id = use_link(
                session,
                token,
                email=email,
                name=name,
                password_hash=hash_password(password),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _setup_page(link, error=str(exc), email=email, name=name), 400
    security = current_security()
    account = security.datastore.find_user(id=account_id)
    if account is not None and account.active:
        asked = security.two_factor_plugins.tf_enter(
            account, remember_me=False, primary_authn_via="link", next_loc=None
        )
        if asked is not None:
            flash("Your password is set. Your second factor is still asked for.")
            answer: ResponseReturnValue = asked
            return answer
        login_user(account, authn_via=["link"])
        flash("Your password is set and you are signed in.")
    return redirect(url_for("searching.home"), 303)


@blueprint.get("/account")
def own() -> ResponseReturnValue:
    """Show one's own account: how one signs in, and the button to sign out."""
    actor, parts = current_actor(), current_parts()
    if actor.account_id is None or actor.token_id is not None:
        raise NotAllowedError("Sign in to see your account.")
    with parts.database.read() as session:
        tokens = list_tokens(session, actor.account_id, actor=actor)
    now = parts.clock()
    return render_template(
        "accounts/own.html",
        recovery_codes=len(current_user.mf_recovery_codes),
        passkeys=current_user.webauthn,
        tokens=sum(token.works(now) for token in tokens),
    )


@blueprint.get("/account/password")
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    require(current_actor(), Action.KEEP_ACCOUNT)
    return _password_page()


@blueprint.post("/account/password")
def set_password() -> ResponseReturnValue:
    """Set a new password for who knows the old one; all other sessions end."""
    actor, parts = current_actor(), current_parts()
    require(actor, Action.KEEP_ACCOUNT)
    if actor.account_id is None:
        raise NotAllowedError("Sign in to change your password.")
    keys = password_keys(current_user.email)
    try:
        take_a_try(keys)
        if not verify_password(request.form.get("old_password", ""), current_user.password):
            return _password_page("That is not your password as it is now."), 400
        give_it_back(keys)
        hashed = hash_password(_read_new_password())
    except TooManyTriesError as exc:
        return _password_page(str(exc)), _TOO_MANY, {"Retry-After": str(exc.wait_s)}
    except InvalidInputError as exc:
        return _password_page(str(exc)), 400
    with parts.database.begin() as session:
        change_password(session, actor.account_id, hashed, actor=actor, now=parts.clock())
    account = current_security().datastore.find_user(id=actor.account_id)
    if account is not None:
        login_user(account, authn_via=["password"])
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect(url_for("accounts_own.own"), 303)


def _password_page(error: str | None = None) -> str:
    return render_template("accounts/password.html", error=error, min_password=MIN_PASSWORD)


def _setup_page(
    link: LinkView, *, error: str | None = None, email: str = "", name: str = ""
) -> str:
    return render_template(
        "accounts/setup.html",
        link=link,
        error=error,
        email=link.email or email,
        name=name,
        min_password=MIN_PASSWORD,
    )


def _read_new_password() -> str:
    """Read a new password, given twice.

    Raises:
        InvalidInputError: too short, or not the same twice.
    """
    password = request.form.get("password", "")
    problems, normal = current_security().password_util.validate(password, is_register=True)
    if problems:
        raise InvalidInputError(f"The password needs at least {MIN_PASSWORD} characters.")
    if request.form.get("password_again", "") != password:
        raise InvalidInputError("The two passwords are not the same; type them again.")
    return str(normal)
