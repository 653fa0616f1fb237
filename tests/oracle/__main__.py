"""``python -m tests.oracle``: a campaign, see :mod:`campaign`."""

from .campaign import main

if __name__ == "__main__":  # the processes of a campaign import this again
    main()
