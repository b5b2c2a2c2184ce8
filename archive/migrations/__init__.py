"""Schema changes, one file each, run by `Database.migrate`."""
