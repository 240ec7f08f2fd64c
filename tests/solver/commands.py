"""The command line, in this process: to start Python takes a second."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from subprocess import CompletedProcess

from solver.__main__ import main


def call(*arguments: object) -> CompletedProcess[str]:
    """Run a command, and return what a shell would see of it."""
    words = [str(argument) for argument in arguments]
    output, errors = StringIO(), StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        status = main(words)
    return CompletedProcess(words, status, output.getvalue(), errors.getvalue())
