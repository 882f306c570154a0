"""What can go wrong with scans. Most of it is not a failure of the request but an outcome of one scan."""

from server.failures import TooMany


class TooManyParked(TooMany):
    code = "too_many_parked"
    title = "Too many of your scans wait for something here: keep this one, and send it again later."
    advice = "Keep the scan, and send it again later: some of those that wait will be settled by then."
