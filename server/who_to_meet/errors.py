"""What can go wrong with people to meet."""

from server.failures import NotThere


class NotToMeet(NotThere):
    code = "not_to_meet"
    title = "This person is not on your list."
    advice = "Read the list again."
