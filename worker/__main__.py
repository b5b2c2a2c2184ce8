"""`python -m worker` is `webinar-archive worker`."""

import sys

from worker.command import main

sys.exit(main(["worker"]))
