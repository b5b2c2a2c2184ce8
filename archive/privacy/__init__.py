"""What readers must not get: words hidden, sound muted, pictures unseen, a range to show.

    cuts (table) → Cuts → redact → Segment … → page, captions, downloads, index
    transcript → find_identifiers → Finding … → a person decides → cuts

`archive.cuts` changes cuts. Nothing here touches the master: it stays for librarians.
"""
