"""The languages a form offers: those often spoken here first, then all others."""

from archive.language import ARCHIVE_LANGUAGES, language_choices


def language_fields() -> dict[str, object]:
    """Return `first_languages` and `other_languages` for a template."""
    choices, first = language_choices(), len(ARCHIVE_LANGUAGES)
    return {"first_languages": choices[:first], "other_languages": choices[first:]}
