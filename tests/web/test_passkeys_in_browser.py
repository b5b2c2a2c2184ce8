"""Passkeys in a real browser, with its own virtual authenticator; and how the pages look."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect

from archive.models import Account, AuditEntry, Passkey
from archive.permissions import ADMINISTRATOR
from tests.web.conftest import signed_in
from tests.web.factories import PASSWORD, Archivist
from tests.web.looking import DESK, PHONE, barriers, look

EMAIL = "ada@example.org"


@pytest.fixture
def named_site(site: str) -> str:
    """The same site by a name: a passkey belongs to one, and an address of digits is none."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def authenticator(page: Page) -> Iterator[CDPSession]:
    """A device that keeps keys and says yes to every finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session
    session.detach()


def _sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Ada")).to_be_visible()


@pytest.mark.browser
def test_a_passkey_is_added_signs_in_alone_and_is_removed(
    page: Page,
    named_site: str,
    app: Flask,
    archivist: Archivist,
    authenticator: CDPSession,
) -> None:
    with app.app_context():
        account_id = archivist.account(EMAIL, ADMINISTRATOR, name="Ada", password=PASSWORD)
    _sign_in(page, named_site)
    page.goto(f"{named_site}/account/passkeys")
    page.get_by_label("What you call it").fill("هاتف آدا")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("is added: sign in with it from now on")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("header").get_by_role("link", name="Sign in")).to_be_visible()

    page.goto(f"{named_site}/login?next=/accounts")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()

    with archivist.database.read() as session:
        [passkey] = session.query(Passkey).all()
        assert (passkey.name, passkey.usage, passkey.sign_count > 0) == ("هاتف آدا", "first", True)
        assert session.get_one(Account, account_id).last_sign_in_at is not None
    page.goto(f"{named_site}/account/passkeys")
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("is removed")).to_be_visible()
    with archivist.database.read() as session:
        assert session.query(Passkey).count() == 0
        actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["added a passkey", "removed a passkey"]
    assert authenticator


@pytest.mark.browser
def test_a_device_that_does_not_know_its_owner_is_told_and_can_try_again(
    page: Page, named_site: str, app: Flask, archivist: Archivist, authenticator: CDPSession
) -> None:
    with app.app_context():
        archivist.account(EMAIL, ADMINISTRATOR, name="Ada", password=PASSWORD)
    _sign_in(page, named_site)
    authenticator.send("WebAuthn.disable")
    page.goto(f"{named_site}/account/passkeys")
    page.get_by_label("What you call it").fill("Phone")
    page.add_init_script("navigator.credentials.create = () => Promise.reject(new Error('no'))")
    page.get_by_role("button", name="Add a passkey").click()

    expect(page.get_by_text("That did not work, or was stopped.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.browser
def test_an_address_of_digits_offers_no_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/login")

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_pages_of_accounts_have_no_barriers(
    browser: Browser, site: str, app: Flask, archivist: Archivist, size: dict[str, int], scheme: str
) -> None:
    client = signed_in(app, archivist, EMAIL, ADMINISTRATOR, "Ada", of_late=True)
    signed_in(app, archivist, "amal@example.org", "librarian", "أمل الإدريسي")
    cookie = client.get_cookie("archive_session")
    assert cookie is not None
    context = look(browser, size, scheme)
    page = context.new_page()
    found = []
    for path in ("/login", "/setup/none"):
        page.goto(f"{site}{path}")
        found += barriers(page, path)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    page.goto(f"{site}/accounts")
    page.get_by_text("Invite someone").click()
    page.locator("details summary[aria-label='Change amal@example.org']").click()
    found += barriers(page, "/accounts")
    page.locator("#invite [value=librarian]").check()
    page.get_by_role("button", name="Make an invitation").click()
    found += barriers(page, "/accounts-invited")
    for path in (
        "/account",
        "/account/password",
        "/account/tokens",
        "/account/passkeys",
        "/account/app",
        "/account/recovery-codes",
        "/audit",
    ):
        page.goto(f"{site}{path}")
        found += barriers(page, path)
    page.goto(f"{site}/account/app")
    page.get_by_role("button", name="Set it up").click()
    found += barriers(page, "/account/app-scan")
    context.close()

    assert found == []
