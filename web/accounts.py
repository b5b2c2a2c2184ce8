"""Accounts: one-time links, the administrator's list, and one's own page."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password, login_user
from sqlalchemy.orm import Session

from archive.accounts import (
    LINK_LIFETIME,
    LinkView,
    create_account,
    list_accounts,
    make_password_link,
    read_link,
    set_active,
    use_link,
)
from archive.errors import InvalidInputError, NotAllowedError
from archive.permissions import LIBRARIAN, ROLES, Action, require
from web.accounts_security import MIN_PASSWORD, current_security
from web.actor import current_actor
from web.parts import current_parts

blueprint = Blueprint("accounts", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link to hand over, shown once."""

    email: str
    address: str


@blueprint.get("/setup/<token>")
def setup(token: str) -> ResponseReturnValue:
    """Show the form a one-time link leads to."""
    parts = current_parts()
    with parts.database.read() as session:
        link = read_link(session, token, now=parts.clock())
    return _setup_page(link)


@blueprint.post("/setup/<token>")
def use(token: str) -> ResponseReturnValue:
    """Create the first administrator, or set a password; then sign in."""
    parts = current_parts()
    with parts.database.read() as session:
        link = read_link(session, token, now=parts.clock())
    email, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        password = _read_password()
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
    account = current_security().datastore.find_user(id=account_id)
    if account is not None and account.active:
        login_user(account, authn_via=["link"])
        flash("Your password is set and you are signed in.")
    return redirect(url_for("searching.home"), 303)


@blueprint.get("/account")
def own() -> ResponseReturnValue:
    """Show one's own account, with the button to sign out."""
    actor = current_actor()
    if actor.account_id is None:
        raise NotAllowedError("Sign in to see your account.")
    return render_template("accounts/own.html")


@blueprint.get("/accounts")
def index() -> ResponseReturnValue:
    """List the accounts."""
    return _accounts_page()


@blueprint.post("/accounts")
def create() -> ResponseReturnValue:
    """Create an account and show the link to hand over."""
    parts, actor = current_parts(), current_actor()
    email = request.form.get("email", "")
    try:
        with parts.database.begin() as session:
            account_id = create_account(
                session,
                email=email,
                name=request.form.get("name", ""),
                role=request.form.get("role", LIBRARIAN),
                actor=actor,
                now=parts.clock(),
            )
            new = _make_link(session, account_id, email.strip().lower())
    except InvalidInputError as exc:
        return _accounts_page(error=str(exc)), 400
    return _accounts_page(new=new), 201


@blueprint.post("/accounts/<int:account_id>/link")
def link(account_id: int) -> ResponseReturnValue:
    """Make a new link by which the account's owner sets a password."""
    with current_parts().database.begin() as session:
        accounts = {view.id: view for view in list_accounts(session, actor=current_actor())}
        email = accounts[account_id].email if account_id in accounts else ""
        new = _make_link(session, account_id, email)
    return _accounts_page(new=new)


@blueprint.post("/accounts/<int:account_id>/active")
def activate(account_id: int) -> ResponseReturnValue:
    """Switch an account off or on."""
    active = request.form.get("active") == "yes"
    with current_parts().database.begin() as session:
        set_active(session, account_id, active=active, actor=current_actor())
    flash("The account can sign in again." if active else "The account is switched off.")
    return redirect(url_for("accounts.index"), 303)


def _make_link(session: Session, account_id: int, email: str) -> NewLink:
    parts = current_parts()
    token = make_password_link(session, account_id, actor=current_actor(), now=parts.clock())
    address = parts.settings.base_url + url_for("accounts.setup", token=token)
    return NewLink(email=email, address=address)


def _accounts_page(*, new: NewLink | None = None, error: str | None = None) -> str:
    actor = current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    with current_parts().database.read() as session:
        accounts = list_accounts(session, actor=actor)
    return render_template(
        "accounts/index.html",
        accounts=accounts,
        roles=ROLES,
        new=new,
        error=error,
        link_days=LINK_LIFETIME.days,
        fields=request.form if error else {},
    )


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


def _read_password() -> str:
    """Read the password, given twice.

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
