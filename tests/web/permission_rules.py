"""Who may ask for what: the table of `test_permission_table`, and what makes a request whole.

To add a route: one line in `ROUTES`, with the rule that says who may. A rule is a table of
outcomes, written out here and not read from the code it tests:

    yes     it is done, or refused for what was sent, never for who sends it
    no      401, 403, or the way to the sign-in page
    hidden  404: who asks may not know that there is anything
    gone    410 or 404: it was withdrawn
    -       any of them

A new argument of a route gets a value in `tests/web/cast_things.py`, in `make_things`.
"""

from collections.abc import Mapping
from typing import Any

from archive.models import Publication

PLAYERS = (
    "anonymous",
    "reader",
    "uploader",
    "librarian",
    "administrator",
    "reading token",  # of the librarian
    "depositing token",  # of the uploader
)
Rule = Mapping[str, tuple[str, ...]]
Situation = tuple[bool, Publication | None]

SITUATIONS: dict[str, tuple[Situation, ...]] = {
    "any": ((False, None),),
    "own": ((True, None),),
    "other": ((False, None),),
    "own unfinished": ((True, Publication.DRAFT), (True, Publication.REVIEW)),
    "other unfinished": ((False, Publication.DRAFT), (False, Publication.REVIEW)),
    "published": ((True, Publication.PUBLISHED), (False, Publication.PUBLISHED)),
    "own published": ((True, Publication.PUBLISHED),),
    "other published": ((False, Publication.PUBLISHED),),
    "own withdrawn": ((True, Publication.WITHDRAWN),),
    "other withdrawn": ((False, Publication.WITHDRAWN),),
    "binned": ((True, Publication.BINNED), (False, Publication.BINNED)),
}


def rule(**rows: str) -> Rule:
    """Read a table: a row a situation, a word a player."""
    read = {name.replace("_", " "): tuple(words.split()) for name, words in rows.items()}
    assert all(len(words) == len(PLAYERS) for words in read.values()), rows
    return read


# Columns:                 anon.  reader uploader librarian admin. reading  depositing token
ANYONE = rule(any="        yes    yes    yes      yes       yes    yes      yes")
PERSONS = rule(any="       no     yes    yes      yes       yes    no       no")
UPLOADERS = rule(any="     no     no     yes      yes       yes    no       yes")
LIBRARIANS = rule(any="    no     no     no       yes       yes    no       no")
ADMINISTRATORS = rule(any="no     no     no       no        yes    no       no")
READ = rule(
    own_unfinished="       hidden yes    yes      yes       yes    yes      yes",
    other_unfinished="     hidden hidden hidden   yes       yes    yes      hidden",
    published="            yes    yes    yes      yes       yes    yes      yes",
    own_withdrawn="        gone   yes    yes      yes       yes    yes      yes",
    other_withdrawn="      gone   gone   gone     yes       yes    yes      gone",
    binned="               hidden hidden hidden   gone      gone   gone     hidden",
)
EDIT = rule(
    own_unfinished="       hidden no     yes      yes       yes    no       yes",
    other_unfinished="     hidden hidden hidden   yes       yes    no       hidden",
    published="            no     no     no       yes       yes    no       no",
    own_withdrawn="        no     no     no       yes       yes    no       no",
    other_withdrawn="      no     no     no       yes       yes    no       no",
    binned="               hidden hidden hidden   hidden    hidden hidden   hidden",
)
"""Changing a recording by sending a form."""
EDIT_PAGE = EDIT | rule(
    own_withdrawn="        gone   no     no       yes       yes    no       no",
    other_withdrawn="      gone   gone   gone     yes       yes    no       gone",
    binned="               hidden hidden hidden   gone      gone   gone     hidden",
)
"""A page for changing a recording: one must be able to read it first."""
PUBLISH = rule(
    own_unfinished="       hidden no     no       yes       yes    no       no",
    other_unfinished="     hidden hidden hidden   yes       yes    no       hidden",
    published="            no     no     no       yes       yes    no       no",
    own_withdrawn="        no     no     no       yes       yes    no       no",
    other_withdrawn="      no     no     no       yes       yes    no       no",
    binned="               hidden hidden hidden   hidden    hidden hidden   hidden",
)
PUBLISH_PAGE = PUBLISH | rule(
    own_withdrawn="        -      no     no       yes       yes    no       no",
    other_withdrawn="      gone   gone   gone     yes       yes    no       gone",
    binned="               hidden hidden hidden   gone      gone   gone     hidden",
)
WITHDRAW = rule(
    own_unfinished="       hidden no     yes      yes       yes    no       yes",
    other_unfinished="     hidden hidden hidden   yes       yes    no       hidden",
    own_published="        -      no     yes      yes       yes    no       yes",
    other_published="      no     no     no       yes       yes    no       no",
    own_withdrawn="        -      no     yes      yes       yes    no       yes",
    other_withdrawn="      no     no     no       yes       yes    no       no",
    binned="               hidden hidden hidden   hidden    hidden hidden   hidden",
)
"""Whoever deposited it may take it back from readers at once: somebody may be recognized."""
HISTORY = WITHDRAW | rule(
    binned="               hidden hidden hidden   gone      gone   no       hidden",
)
HISTORY_PAGE = WITHDRAW | rule(
    own_withdrawn="        -      no     yes      yes       yes    no       yes",
    other_withdrawn="      gone   gone   gone     yes       yes    no       gone",
    binned="               hidden hidden hidden   gone      gone   gone     hidden",
)
"""A page about how a recording came to be as it is: one must be able to read it first."""
BIN = rule(
    own_unfinished="       no     no     no       hidden    hidden no       no",
    published="            no     no     no       hidden    hidden no       no",
    binned="               no     no     no       yes       yes    no       no",
)
"""Only what is in the bin can be taken out of it."""
OWN_UPLOAD = rule(
    own="                  -      no     yes      yes       yes    no       yes",
    other="                no     no     hidden   hidden    hidden no       hidden",
)
"""Nobody, whoever they are, adds to what somebody else is sending."""
SECOND_STEP = rule(any="   no     -      -        -         -      no       no")
"""What follows the password: there is no way to it without one."""
HIDDEN = rule(any="        hidden hidden hidden   hidden    hidden hidden   hidden")

ROUTES: dict[str, Rule] = {
    # Finding and reading
    "GET static": ANYONE,
    "GET searching.home": ANYONE,
    "GET searching.results": ANYONE,
    "POST unanswered.leave": ANYONE,
    "GET api.find": ANYONE,
    "GET api.suggest": ANYONE,
    "GET api.health": ANYONE,
    "GET api.recording": READ,
    "GET recordings.watch": READ,
    "GET recordings.paragraphs": READ,
    "GET media.media": READ,
    "GET media.poster": READ,
    "GET media.still": READ,
    "GET media.slide": READ,
    "GET media.small_slide": READ,
    "GET media.vtt": READ,
    "GET media.srt": READ,
    "GET media.text": READ,
    "GET media.json": READ,
    "GET media.translation_vtt": READ,
    "GET media.translation_srt": READ,
    "GET media.translation_text": READ,
    "GET media.translation_json": READ,
    "GET api.related": HIDDEN,  # it is switched off here; `test_related` has it on
    "GET media.chapters_vtt": READ,
    "GET collections.index": ANYONE,
    "GET collections.show": ANYONE,
    "GET collections.cover": ANYONE,
    # Depositing
    "GET deposits.form": UPLOADERS,
    "POST deposits.receive": UPLOADERS,
    "POST uploads.collection": UPLOADERS,
    "GET uploads.resource": OWN_UPLOAD | rule(other=" ".join(["hidden"] * 7)),
    "HEAD uploads.resource": OWN_UPLOAD | rule(own="- no gone gone gone no gone"),  # it is over
    "PATCH uploads.resource": OWN_UPLOAD | rule(own="- no gone gone gone no gone"),  # the same
    "DELETE uploads.resource": OWN_UPLOAD,
    "POST uploads.resource": ANYONE,  # 405: the protocol knows no such request
    "PUT uploads.resource": ANYONE,  # the same
    "GET upload_texts.under_way": UPLOADERS,
    "PUT upload_texts.draft": OWN_UPLOAD,
    "PUT upload_texts.captions": OWN_UPLOAD,
    "GET mine.page": UPLOADERS,
    "GET mine.live": UPLOADERS,
    "POST mine.discard": OWN_UPLOAD,
    "POST mine.captions": EDIT,
    # Looking after a recording
    "GET describing.form": EDIT,
    "POST describing.save": EDIT_PAGE,
    "GET describing.suggestions": UPLOADERS,
    "GET editing.edit": EDIT_PAGE,
    "GET editing.news": EDIT_PAGE,
    "GET editing.versions": HISTORY_PAGE,
    "GET editing.version": HISTORY_PAGE,
    "POST editing.restore_version": EDIT | rule(binned="hidden hidden hidden no no no hidden"),
    "POST editing.review": EDIT,
    "POST editing.save_edits": EDIT_PAGE,
    "POST editing.save_segment": EDIT_PAGE,
    "GET chapters.index": EDIT_PAGE,
    "POST chapters.add": EDIT_PAGE,
    "POST chapters.accept": EDIT_PAGE,
    "POST chapters.change": EDIT_PAGE,
    "POST chapters.delete": EDIT,
    "GET privacy.index": EDIT_PAGE,
    "POST privacy.cut": EDIT_PAGE,
    "POST privacy.remove": EDIT,
    "POST privacy.show_range": EDIT_PAGE,
    "POST privacy.decide_flags": EDIT_PAGE,
    "GET publishing.show": HISTORY_PAGE,
    "GET publishing.tell": HISTORY_PAGE,
    "POST publishing.step": PUBLISH,
    "POST publishing.submit": EDIT,
    "POST publishing.give_back": EDIT,
    "POST publishing.publish": PUBLISH,
    "POST publishing.schedule": PUBLISH,
    "POST publishing.unschedule": PUBLISH,
    "POST publishing.withdraw": WITHDRAW,
    "POST publishing.delete": PUBLISH,
    "GET publishing.merging": PUBLISH_PAGE,
    "POST publishing.merge_into": PUBLISH,
    "POST publishing.put_back": BIN,
    "POST publishing.delete_for_good": rule(
        own_unfinished="   no     no     no       no        hidden no       no",
        published="        no     no     no       no        hidden no       no",
        binned="           no     no     no       no        yes    no       no",
    ),
    "POST recordings.repeat": EDIT,
    "POST recordings.transcribe_anew": EDIT,
    "POST recordings.stop": EDIT,
    "POST recordings.translate": EDIT,
    "POST recordings.name_subjects": EDIT,
    "POST recordings.call_speakers": EDIT,
    "GET slides.index": EDIT_PAGE,
    "GET slides.state": EDIT_PAGE,
    "GET slides.picture": EDIT_PAGE,
    "GET slides.small_picture": EDIT_PAGE,
    "POST slides.receive": EDIT_PAGE,
    "POST slides.save": EDIT_PAGE,
    "POST slides.remove": EDIT,
    "GET audit.history": HISTORY,
    # Librarians
    "GET glossary.index": LIBRARIANS,
    "POST glossary.add": LIBRARIANS,
    "POST glossary.change": LIBRARIANS,
    "POST glossary.remove": LIBRARIANS,
    "POST glossary.receive": LIBRARIANS,
    "GET glossary.export": LIBRARIANS,
    "GET glossary.affected": LIBRARIANS,
    "GET glossary.holding": LIBRARIANS,
    "POST glossary.transcribe": LIBRARIANS,
    "POST mishearings.note": LIBRARIANS,
    "POST mishearings.correct": LIBRARIANS,
    "GET thesaurus.index": LIBRARIANS,
    "POST thesaurus.add": LIBRARIANS,
    "GET thesaurus.concept": LIBRARIANS,
    "POST thesaurus.mesh": LIBRARIANS,
    "POST thesaurus.change": LIBRARIANS,
    "POST thesaurus.remove": LIBRARIANS,
    "POST thesaurus.receive": LIBRARIANS,
    "GET thesaurus.export": LIBRARIANS,
    "GET unanswered.index": LIBRARIANS,
    "POST unanswered.done": LIBRARIANS,
    "GET publishing.bin_page": LIBRARIANS,
    "GET review.index": LIBRARIANS,
    "GET replacing.index": LIBRARIANS,
    "POST replacing.apply": LIBRARIANS,
    "POST replacing.undo": LIBRARIANS,
    "GET curating.index": LIBRARIANS,
    "POST curating.change": LIBRARIANS,
    "GET curating.export": LIBRARIANS,
    "POST curating.receive": LIBRARIANS,
    "GET curating.people": LIBRARIANS,
    "GET curating.person": LIBRARIANS,
    "POST curating.save_person": LIBRARIANS,
    "POST curating.merge_person": LIBRARIANS,
    "POST curating.drop_person": LIBRARIANS,
    "POST collections.add": LIBRARIANS,
    "GET collections.edit": LIBRARIANS,
    "POST collections.save": LIBRARIANS,
    "POST collections.set_cover": LIBRARIANS,
    "POST collections.order": LIBRARIANS,
    "POST collections.remove": LIBRARIANS,
    # Accounts
    "GET accounts.index": ADMINISTRATORS,
    "POST accounts.create": ADMINISTRATORS,
    "POST accounts.take_back": ADMINISTRATORS,
    "POST accounts.link": ADMINISTRATORS,
    "POST accounts.activate": ADMINISTRATORS,
    "POST accounts.change_role": ADMINISTRATORS,
    "POST accounts.clear_factors": ADMINISTRATORS,
    "GET audit.index": ADMINISTRATORS,
    "GET accounts_own.setup": ANYONE,
    "POST accounts_own.use": ANYONE,
    "GET accounts_own.own": PERSONS,
    "GET accounts_own.password": PERSONS,
    "POST accounts_own.set_password": PERSONS,
    "GET tokens.index": PERSONS,
    "POST tokens.make": PERSONS,
    "POST tokens.revoke": rule(any="no hidden hidden hidden hidden no no"),  # somebody else's
    # Signing in, by Flask-Security
    "GET security.login": ANYONE,
    "POST security.login": ANYONE,
    "POST security.logout": ANYONE,
    "GET security.wan_signin": ANYONE,
    "POST security.wan_signin": ANYONE,
    "POST security.wan_signin_response": ANYONE,
    "GET security.tf_select": SECOND_STEP,
    "POST security.tf_select": SECOND_STEP,
    "GET security.two_factor_token_validation": SECOND_STEP,
    "POST security.two_factor_token_validation": SECOND_STEP,
    "GET security.two_factor_rescue": SECOND_STEP,
    "POST security.two_factor_rescue": SECOND_STEP,
    "GET security.mf_recovery": SECOND_STEP,
    "POST security.mf_recovery": SECOND_STEP,
    "GET security.two_factor_setup": PERSONS,
    "POST security.two_factor_setup": PERSONS,
    "POST security.two_factor_setup_validate": PERSONS,
    "GET security.mf_recovery_codes": PERSONS,
    "POST security.mf_recovery_codes": PERSONS,
    "GET security.wan_register": PERSONS,
    "POST security.wan_register": PERSONS,
    "POST security.wan_register_response": PERSONS,
    "GET security.wan_delete": PERSONS,
    "POST security.wan_delete": PERSONS,
    "GET security.verify": PERSONS,
    "POST security.verify": PERSONS,
    "GET security.wan_verify": PERSONS,
    "POST security.wan_verify": PERSONS,
    "POST security.wan_verify_response": PERSONS,
}

_TUS = {"Tus-Resumable": "1.0.0"}
SENT: dict[str, dict[str, Any]] = {
    "POST editing.review": {"data": {"review": "in review"}},
    "POST editing.save_edits": {"json": {"sitting": "s", "operations": []}},
    "POST publishing.step": {"json": {"step": "publish"}},
    "POST publishing.schedule": {"data": {"publish_at": "2030-01-01T10:00"}},
    "POST publishing.merge_into": {"data": {"into": "18"}},
    "POST collections.order": {"data": {"step": "date"}},
    "POST thesaurus.change": {"data": {"concept": "fever", "language": "en", "term": "fevers"}},
    "POST uploads.collection": {"headers": {**_TUS, "Upload-Length": "100"}},
    "PATCH uploads.resource": {
        "headers": {
            **_TUS,
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        },
        "data": b"bytes",
    },
    "DELETE uploads.resource": {"headers": _TUS},
    "HEAD uploads.resource": {"headers": _TUS},
    "PUT upload_texts.draft": {"json": {"title": "Rounds"}},
    "PUT upload_texts.captions": {"data": b"WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n"},
}
"""What makes a request whole, where who may is asked only then."""
