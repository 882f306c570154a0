"""What can go wrong with devices."""

from server.failures import Conflict, Invalid, NotSignedIn, NotThere


class DeviceNotFound(NotThere):
    code = "device_not_found"
    title = "You have no such device."


class DeviceRevoked(NotSignedIn):
    code = "device_revoked"
    title = "This device was revoked, or its event is over: keep what is not answered, and register under a new id."
    advice = (
        "Keep what has no answer yet. Register under a new id when somebody is signed in; a device of an "
        "event needs a new code."
    )


class TooManyDevices(Invalid):
    code = "too_many_devices"
    title = "A person has at most twenty devices that are not revoked: revoke one first."


class EventDeviceNotFound(NotThere):
    code = "event_device_not_found"
    title = "This event has no such device."


class DoorsClosed(Conflict):
    code = "doors_closed"
    title = "The doors of this event have closed, or it was cancelled: its devices have ended."


class ProvisioningCodeInvalid(NotSignedIn):
    code = "provisioning_code_invalid"
    title = "This code is used up, expired or not ours: ask a supervisor for another."
    advice = "Ask a supervisor for another code."
