"""The stages of the pipeline, each idempotent: a second run gives what the first gave."""
