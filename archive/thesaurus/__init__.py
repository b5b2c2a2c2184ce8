"""The thesaurus: what one thing is called in several languages, for search and for librarians."""
