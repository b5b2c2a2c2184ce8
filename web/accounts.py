"""Accounts as administrators see them: who there is, invitations, roles, links, switching off."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.account_links import (
    INVITATION_LIFETIME,
    LINK_LIFETIME,
    invite,
    list_invitations,
    make_password_link,
    take_back_invitation,
)
from archive.accounts import clear_second_factors, list_accounts, set_active, set_role
from archive.errors import InvalidInputError, MailError
from archive.mail import send_mail, sends_mail
from archive.permissions import READER, ROLES, UPLOADER, Action, require
from web.actor import current_actor
from web.parts import current_parts

_ROLE_HINTS = {
    "reader": "reads what is published",
    "uploader": "adds recordings and describes their own until they are published",
    "librarian": "looks after all recordings, collections, glossary and thesaurus",
    "administrator": "also accounts, settings and the audit log",
}

blueprint = Blueprint("accounts", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link to hand over, shown once."""

    lead: str
    """Whom to give it, and what it does."""
    email: str
    """Whose it is; empty: whoever has it says."""
    address: str
    days: int
    mailed: str
    """What became of the mail; empty: none is configured, or there is nobody to send it to."""
    failed: bool
    """The mail was not sent."""


@blueprint.get("/accounts")
def index() -> ResponseReturnValue:
    """List the accounts."""
    return _accounts_page()


@blueprint.post("/accounts")
def create() -> ResponseReturnValue:
    """Invite someone: make the link to hand over, and mail it where mail is configured."""
    parts, email = current_parts(), request.form.get("email", "").strip()
    role = request.form.get("role", UPLOADER)
    try:
        with parts.database.begin() as session:
            token = invite(
                session, role=role, email=email, actor=current_actor(), now=parts.clock()
            )
    except InvalidInputError as exc:
        return _accounts_page(error=str(exc)), 400
    article = "an" if role[0] in "aeiou" else "a"
    new = _hand_over(
        token,
        email=email,
        lead=f"It makes {article} {role} of whoever opens it",
        days=INVITATION_LIFETIME.days,
        subject="Your invitation to the webinar archive",
        body="You are invited to the webinar archive. Open this link, and choose a name and a "
        "password:",
    )
    return _accounts_page(new=new), 201


@blueprint.post("/accounts/invitations/<int:link_id>/take-back")
def take_back(link_id: int) -> ResponseReturnValue:
    """End an invitation nobody has used."""
    parts = current_parts()
    with parts.database.begin() as session:
        take_back_invitation(session, link_id, actor=current_actor(), now=parts.clock())
    flash("The invitation is taken back; its link does not work any more.")
    return redirect(url_for("accounts.index"), 303)


@blueprint.post("/accounts/<int:account_id>/link")
def link(account_id: int) -> ResponseReturnValue:
    """Make a new link by which the account's owner sets a password."""
    parts, actor = current_parts(), current_actor()
    with parts.database.begin() as session:
        token = make_password_link(session, account_id, actor=actor, now=parts.clock())
        emails = {
            view.id: view.email for view in list_accounts(session, actor=actor, now=parts.clock())
        }
    new = _hand_over(
        token,
        email=emails[account_id],
        lead="It sets their password and ends their sessions",
        days=LINK_LIFETIME.days,
        subject="A new password for the webinar archive",
        body="With this link you choose a new password for the webinar archive:",
    )
    return _accounts_page(new=new)


@blueprint.post("/accounts/<int:account_id>/active")
def activate(account_id: int) -> ResponseReturnValue:
    """Switch an account off or on."""
    parts, active = current_parts(), request.form.get("active") == "yes"
    with parts.database.begin() as session:
        set_active(session, account_id, active=active, actor=current_actor(), now=parts.clock())
    flash("The account can sign in again." if active else "The account is switched off.")
    return redirect(url_for("accounts.index"), 303)


@blueprint.post("/accounts/<int:account_id>/role")
def change_role(account_id: int) -> ResponseReturnValue:
    """Change what an account may do."""
    parts, role = current_parts(), request.form.get("role", READER)
    with parts.database.begin() as session:
        set_role(session, account_id, role, actor=current_actor(), now=parts.clock())
    flash(f"The account is now: {role}.")
    return redirect(url_for("accounts.index"), 303)


@blueprint.post("/accounts/<int:account_id>/factors")
def clear_factors(account_id: int) -> ResponseReturnValue:
    """Take second factors and passkeys away from who has lost them."""
    parts = current_parts()
    with parts.database.begin() as session:
        clear_second_factors(session, account_id, actor=current_actor(), now=parts.clock())
    flash("The password alone signs the account in again, until its owner sets up another factor.")
    return redirect(url_for("accounts.index"), 303)


def _hand_over(token: str, *, email: str, lead: str, days: int, subject: str, body: str) -> NewLink:
    """Show a link once it is kept, and mail it where that is configured."""
    settings = current_parts().settings
    address = settings.base_url + url_for("accounts_own.setup", token=token)
    mailed, failed = "", False
    if email and sends_mail(settings):
        try:
            text = f"{body}\n\n{address}\n\nIt works once, and ends after {days} days.\n"
            send_mail(settings, to=email, subject=subject, body=text)
            mailed = f"It was mailed to {email} too."
        except MailError as exc:
            mailed, failed = f"{exc} Hand the link over yourself.", True
    return NewLink(lead=lead, email=email, address=address, days=days, mailed=mailed, failed=failed)


def _accounts_page(*, new: NewLink | None = None, error: str | None = None) -> str:
    parts, actor = current_parts(), current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    with parts.database.read() as session:
        accounts = list_accounts(session, actor=actor, now=parts.clock())
        invitations = list_invitations(session, actor=actor, now=parts.clock())
    return render_template(
        "accounts/index.html",
        accounts=accounts,
        invitations=invitations,
        roles=ROLES,
        role_hints=_ROLE_HINTS,
        new=new,
        error=error,
        mails=sends_mail(parts.settings),
        fields=request.form if error else {"role": UPLOADER},
    )
