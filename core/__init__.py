"""The shop's judgement: everything that Tillsight does, without the window."""

import os

# Linear algebra takes one thread. Several that wait for one another take the cores from the window, and on a busy
# machine each product of matrices waits for the thread that the system did not let run. NumPy and SciPy read this when
# they are loaded, which is after this package.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# WORKAROUND https://github.com/microsoft/onnxruntime/pull/27379: when ONNX Runtime is imported, it begins to report its
# use over the network and keeps a file about it. Switching that off afterwards is too late. Those who import it are in
# this package, so this comes before any of them, in every program.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
