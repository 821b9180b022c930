"""Become a program that does not outlive its parent: `python tether.py PARENT SIGNAL PROGRAM ARG…`.

Linux sends SIGNAL to the program when PARENT ends, however it ends. Run as a script, so that it
starts in a few milliseconds; elsewhere than on Linux it only becomes the program.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def tie(parent: int, number: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked to be told
        sys.exit(1)


if __name__ == "__main__":
    tie(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])
