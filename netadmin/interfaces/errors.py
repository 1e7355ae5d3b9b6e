"""What editing a document can refuse."""


class EditError(ValueError):
    """An edit that would break the text, or that names something the document does not have.

    message: what is wrong; hint: what to do instead; interface, option: where, "" when it is about neither
    """

    def __init__(self, message: str, *, hint: str = "", interface: str = "", option: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.interface = interface
        self.option = option
