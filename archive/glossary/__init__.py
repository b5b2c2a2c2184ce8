"""The glossary: words that recognition should know, of the archive or of a collection."""
