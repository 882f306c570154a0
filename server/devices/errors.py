"""What can go wrong with devices."""

from server.failures import Invalid, NotSignedIn, NotThere


class DeviceNotFound(NotThere):
    code = "device_not_found"
    title = "You have no such device."


class DeviceRevoked(NotSignedIn):
    code = "device_revoked"
    title = (
        "This device was revoked: keep what is not answered, sign in, and register the device under a new id."
    )


class TooManyDevices(Invalid):
    code = "too_many_devices"
    title = "A person has at most twenty devices that are not revoked: revoke one first."
