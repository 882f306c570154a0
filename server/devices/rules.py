"""What is true of devices."""

from datetime import timedelta

from server.limits import Limit

MOST_DEVICES = 20  # that stand, of one person
REGISTRATIONS = Limit("device_registrations", most=100, per=timedelta(hours=1))
CODE_LIFETIME = timedelta(minutes=10)
PROVISIONS_PER_CLIENT = Limit("provisions_per_client", most=600, per=timedelta(hours=1))
SEEN_EVERY = timedelta(minutes=1)
