"""Start one program with limits: it dies with its parent and cannot eat the machine.

Run as a script (`python -I -S launcher.py PARENT_PID MAX_DATA_BYTES PROGRAM ARGUMENT…`),
never imported: `preexec_fn` would do the same but is unsafe in a process with threads
(https://docs.python.org/3/library/subprocess.html, warning on preexec_fn). Replaces itself
by the program, so it costs about 20 ms and no memory. Must not import from this project.
"Parent" means the thread that started it (prctl(2)); `run` waits in that same thread.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_NICENESS = 5  # the site and the speech model go first


def main(arguments: list[str]) -> None:
    """Set the limits, then become the program."""
    parent_pid, max_data_bytes, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent_pid):  # it died before prctl: nobody waits for us
            sys.exit(1)
    # DATA, not AS: shared libraries and reserved but untouched arenas are no harm.
    resource.setrlimit(resource.RLIMIT_DATA, (int(max_data_bytes), int(max_data_bytes)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
