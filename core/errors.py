"""Errors that a person can act on, told apart from bugs."""


class UserError(Exception):
    """A problem outside the program, told in one sentence with a remedy.

    Everything that is not a ``UserError`` is a bug and goes to the log with its traceback.
    """

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class DataFolderError(UserError):
    """The data folder cannot be read or written: no right, no space, or in use by another window."""


class ModelError(UserError):
    """A model file or card is missing, damaged, or not of the form that its card states."""
