"""What can go wrong with photos."""

from server.failures import NotThere


class PhotoNotFound(NotThere):
    code = "photo_not_found"
    title = "You can see no photo of this person."
    advice = "Show their initials instead."
