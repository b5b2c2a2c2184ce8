"""One's tokens for programs: made for some things and some time, shown once, revoked."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import InvalidInputError, NotAllowedError
from archive.permissions import Action, Actor, Scope, require
from archive.tokens import MOST_DAYS, NewToken, list_tokens, make_token, revoke_token
from web.accounts_security import signed_in_of_late
from web.actor import current_actor
from web.parts import current_parts

_DAYS = (7, 30, 90, MOST_DAYS)
_USUAL_DAYS = 90
_SCOPE_HINTS = {
    Scope.READ: "search and read what you may read",
    Scope.DEPOSIT: "add recordings; see and describe your own until they are published",
    Scope.CURATE: "all that librarians do, if you are one",
    Scope.ADMINISTER: "all that administrators do, if you are one",
}

blueprint = Blueprint("tokens", __name__)


@blueprint.get("/account/tokens")
def index() -> ResponseReturnValue:
    """List one's tokens, with the form for another."""
    return _page(_person())


@blueprint.post("/account/tokens")
def make() -> ResponseReturnValue:
    """Make a token and show it, once; who signed in long ago is asked for the password first."""
    actor = _person()
    if not signed_in_of_late():
        flash("First show that it is you, then make the token.")
        return redirect(url_for("security.verify", next=url_for("tokens.index")), 303)
    parts, account_id = current_parts(), actor.account_id
    if account_id is None:
        raise NotAllowedError("Sign in to make a token.")
    try:
        with parts.database.begin() as session:
            new = make_token(
                session,
                account_id,
                name=request.form.get("name", ""),
                scopes=[scope for scope in Scope if scope in request.form.getlist("scope")],
                days=request.form.get("days", 0, type=int),
                actor=actor,
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(actor, error=str(exc)), 400
    return _page(actor, new=new), 201


@blueprint.post("/account/tokens/<int:token_id>/revoke")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token."""
    parts = current_parts()
    actor = _person()
    with parts.database.begin() as session:
        name = revoke_token(session, token_id, actor=actor, now=parts.clock())
    flash(f"The token “{name}” is revoked: programs that use it are refused from now on.")
    return redirect(url_for("tokens.index"), 303)


def _person() -> Actor:
    """Return who asks, where that is a person who is signed in."""
    actor = current_actor()
    require(actor, Action.KEEP_ACCOUNT)
    return actor


def _page(actor: Actor, *, new: NewToken | None = None, error: str | None = None) -> str:
    parts = current_parts()
    now = parts.clock()
    with parts.database.read() as session:
        tokens = list_tokens(session, actor.account_id or 0, actor=actor)
    return render_template(
        "accounts/tokens.html",
        tokens=tokens,
        working={token.id for token in tokens if token.works(now)},
        new=new,
        fresh=signed_in_of_late(),
        error=error,
        scopes=_SCOPE_HINTS,
        days=_DAYS,
        chosen_days=request.form.get("days", _USUAL_DAYS, type=int),
        chosen_scopes=request.form.getlist("scope") if error else [],
        name=request.form.get("name", "") if error else "",
    )
