"""Correct a term everywhere it was written, see each place before, and undo it as one.

term → forms found (as written, inflections) → places → chosen → archive.editing, one group
"""
