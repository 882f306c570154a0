"""What can go wrong with people."""

from server.failures import NotThere


class PersonNotFound(NotThere):
    code = "person_not_found"
    title = "You know no such person."


class ReleaseNotFound(NotThere):
    code = "release_not_found"
    title = "Nothing of yours was released under this id."
