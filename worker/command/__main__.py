"""`python -m worker.command` is `webinar-archive`."""

import sys

from worker.command import main

sys.exit(main())
