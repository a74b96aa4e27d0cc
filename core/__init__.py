"""The shop's judgement: everything that Tillsight does, without the window."""

import os

# Linear algebra takes one thread. Several that wait for one another take the cores from the window, and on a busy
# machine each product of matrices waits for the thread that the system did not let run. NumPy and SciPy read this when
# they are loaded, which is after this package.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
