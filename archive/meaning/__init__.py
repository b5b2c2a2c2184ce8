"""Search by meaning, optional: passages of transcripts as vectors, and the ones near a query.

Derived from the database and can be rebuilt. The worker keeps the vectors (`keeping`), the site
and the command look for related moments (`related`). Off unless `ARCHIVE_MEANING` is on and the
extra `meaning` is installed. Never mixed into the results of the words: pages say what it is.
"""
