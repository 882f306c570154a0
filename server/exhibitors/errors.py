"""What can go wrong with exhibitors and their leads."""

from server.failures import Conflict, Invalid, NotThere


class ExhibitorNotFound(NotThere):
    code = "exhibitor_not_found"
    title = "There is no such exhibitor at this event, or you are not on its staff."


class StaffNotFound(NotThere):
    code = "staff_not_found"
    title = "There is nobody under this id on this exhibitor's staff."


class AlreadyStaff(Conflict):
    code = "already_staff"
    title = (
        "This address is on an exhibitor's staff at this event already; one works for one exhibitor there."
    )
    advice = "Say so; take them off the other stand first."


class LeadNotFound(NotThere):
    code = "lead_not_found"
    title = "This exhibitor has no such lead."


class LeadWithdrawn(Conflict):
    code = "lead_withdrawn"
    title = "What this visitor gave was taken back: nothing about them is kept."
    advice = "Show the lead as taken back, and keep nothing of it."


class AddressNeeded(Invalid):
    code = "address_needed"
    title = "Who may read leads signs in, and needs an address; without one the role is `scan_only`."
    advice = "Ask for the address, or choose `scan_only`."
