"""Every table of Hallway, for the migrations."""

from server.accounts import models as accounts
from server.badges import models as badges
from server.balance import models as balance
from server.changes import Change, Ripple
from server.connections import models as connections
from server.database import Base
from server.devices import models as devices
from server.doors import models as doors
from server.events import models as events
from server.exhibitors import models as exhibitors
from server.exports import models as exports
from server.interviews import models as interviews
from server.introductions import models as introductions
from server.limits import LimitCounter
from server.mail import Mail
from server.moderation import models as moderation
from server.nudges import models as nudges
from server.nudges.deliveries import Delivery
from server.people import models as people
from server.photos import models as photos
from server.privacy import models as privacy
from server.scans import models as scans
from server.stats import models as stats
from server.suggestions import models as suggestions

__all__ = [
    "Base",
    "Change",
    "Delivery",
    "LimitCounter",
    "Mail",
    "Ripple",
    "accounts",
    "badges",
    "balance",
    "connections",
    "devices",
    "doors",
    "events",
    "exhibitors",
    "exports",
    "interviews",
    "introductions",
    "moderation",
    "nudges",
    "people",
    "photos",
    "privacy",
    "scans",
    "stats",
    "suggestions",
]
