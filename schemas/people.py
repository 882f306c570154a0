"""Profiles, goals, cards and releases, as clients see them."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import Email, Link, MomentOut, Out, Patch, Short, Topic, Whole, YesNo, Zone, one_line

Topics = Annotated[list[Topic], Field(max_length=10)]
Skill = Annotated[str, Field(min_length=1, max_length=80), one_line]  # R and C are skills
Skills = Annotated[list[Skill], Field(max_length=20)]
TargetSkills = Annotated[list[Skill], Field(max_length=10)]
Links = Annotated[list[Link], Field(max_length=5)]
TalkMedium = Literal["phone", "video", "in_person"]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["fr"])]
Languages = Annotated[list[Language], Field(max_length=10)]


class CardField(StrEnum):
    """What a card can give besides the name."""

    HEADLINE = "headline"
    ROLE = "role"
    ORGANISATION = "organisation"
    INDUSTRY = "industry"
    LINKS = "links"
    EMAIL = "email"
    PHONE = "phone"


class ProfilePatch(Patch):
    """Absent or null keeps, empty clears."""

    name: Short | None = Field(None, description="As I want to be called.", examples=["Ada Lovelace"])
    pronouns: Short | None = Field(None, description="Printed by those who choose to.", examples=["she/her"])
    headline: Short | None = Field(
        None, description="One line about me.", examples=["I make engines compute"]
    )
    role: Short | None = Field(None, description="What I do.", examples=["Analyst"])
    organisation: Short | None = Field(None, description="Where I do it.", examples=["Analytical Engines"])
    industry: Short | None = Field(None, description="Its field.", examples=["Software"])
    skills: Skills | None = Field(None, description="What I am good at.", examples=[["Mathematics"]])
    links: Links | None = Field(
        None, description="Professional profiles.", examples=[["https://ada.example.org"]]
    )
    zone: Zone | None = Field(None, description="IANA time zone.", examples=["Europe/London"])
    languages: Languages | None = Field(None, description="BCP 47 tags.", examples=[["en", "fr"]])


class ProfileOut(Out):
    """My profile."""

    person_id: UUID = Field(description="Me.", examples=["01981d4e-3c00-7000-8000-000000000001"])
    name: str = Field(description="As I want to be called.", examples=["Ada Lovelace"])
    pronouns: str = Field(description="Printed by those who choose to.", examples=["she/her"])
    headline: str = Field(description="One line about me.", examples=["I make engines compute"])
    role: str = Field(description="What I do.", examples=["Analyst"])
    organisation: str = Field(description="Where I do it.", examples=["Analytical Engines"])
    industry: str = Field(description="Its field.", examples=["Software"])
    skills: list[str] = Field(description="What I am good at.", examples=[["Mathematics"]])
    links: list[str] = Field(description="Professional profiles.", examples=[["https://ada.example.org"]])
    zone: str = Field(description="IANA time zone.", examples=["Europe/London"])
    languages: list[str] = Field(description="BCP 47 tags.", examples=[["en", "fr"]])
    photo: str | None = Field(
        description="Names my photo, and changes when it does; null without one. Read it with `get_photo`.",
        examples=["9f86d081884c7d65"],
    )
    version: int = Field(description="For `If-Match`.", examples=[3])


Situation = Literal["searching", "employed", "exploring"]


class GoalsPatch(Patch):
    """Absent or null keeps, empty clears."""

    situation: Literal["searching", "employed", "exploring", ""] | None = Field(
        None, description="Mine alone; never shown or hinted at. Empty clears.", examples=["exploring"]
    )
    target_roles: Topics | None = Field(
        None, description="Roles I look for; mine alone.", examples=[["Engineer"]]
    )
    target_industries: Topics | None = Field(
        None, description="Fields I look for; mine alone.", examples=[["Energy"]]
    )
    target_skills: TargetSkills | None = Field(
        None, description="Skills I look for; mine alone.", examples=[["Rust"]]
    )
    asks: Topics | None = Field(
        None, description="What would help me; for connections.", examples=[["Pricing advice"]]
    )
    offers: Topics | None = Field(
        None, description="What I can give; for connections.", examples=[["Code review"]]
    )
    open_to_talk: YesNo | None = Field(None, description="Whether I take talks.", examples=[True])
    talk_topics: Topics | None = Field(
        None, description="About what; for connections.", examples=[["Career change"]]
    )
    talk_minutes: Literal[15, 20, 30] | None = Field(None, description="How long a talk is.", examples=[20])
    talks_per_week: Whole | None = Field(
        None, ge=0, le=50, description="How many I take a week.", examples=[2]
    )
    talks_paused: YesNo | None = Field(
        None, description="Nobody can ask me for now; the rest stays as I set it.", examples=[False]
    )
    talk_medium: TalkMedium | None = Field(None, description="How I like to talk.", examples=["phone"])
    talk_resource: Link | Literal[""] | None = Field(
        None,
        description="A link for whoever has to wait: what I would tell most of them. Read by whoever looks for a time.",
        examples=["https://grace.example.org/how-i-got-here"],
    )


class GoalsOut(Out):
    """My goals: situation and targets are mine alone; the rest is for connections."""

    situation: Situation | None = Field(description="Mine alone.", examples=["exploring"])
    target_roles: list[str] = Field(description="Roles I look for; mine alone.", examples=[["Engineer"]])
    target_industries: list[str] = Field(description="Fields I look for; mine alone.", examples=[["Energy"]])
    target_skills: list[str] = Field(description="Skills I look for; mine alone.", examples=[["Rust"]])
    asks: list[str] = Field(description="What would help me.", examples=[["Pricing advice"]])
    offers: list[str] = Field(description="What I can give.", examples=[["Code review"]])
    open_to_talk: bool = Field(description="Whether I take talks.", examples=[True])
    talk_topics: list[str] = Field(description="About what.", examples=[["Career change"]])
    talk_minutes: int = Field(description="How long a talk is, in minutes.", examples=[20])
    talks_per_week: int = Field(description="How many I take a week.", examples=[2])
    talks_paused: bool = Field(description="Whether nobody can ask me for now.", examples=[False])
    talk_medium: str = Field(
        description="How I like to talk: `phone`, `video`, `in_person`.", examples=["phone"]
    )
    talk_resource: str = Field(description="A link for whoever has to wait.", examples=[""])
    version: int = Field(description="For `If-Match`.", examples=[1])


class CardPatch(Patch):
    """Absent or null keeps, empty clears. Widening affects later releases, narrowing affects all at once."""

    fields: Annotated[list[CardField], Field(max_length=7)] | None = Field(
        None,
        description="What this card gives besides name and pronouns; to people met also besides photo, "
        "asks, offers and talk topics.",
        examples=[["headline", "email"]],
    )
    email: Email | Literal[""] | None = Field(
        None,
        description="The address on this card; empty means my first one.",
        examples=["ada@work.example.org"],
    )
    phone: Annotated[str, Field(pattern=r"^(\+?[0-9 ()./-]{4,30})?$")] | None = Field(
        None, description="The number on this card.", examples=["+44 20 7946 0000"]
    )


class CardOut(Out):
    """What one of my cards gives."""

    kind: str = Field(description="`met` or `exhibitors`.", examples=["met"])
    fields: list[str] = Field(
        description="What it gives besides name and pronouns (to people met: photo, asks, offers, talk topics).",
        examples=[["headline", "email"]],
    )
    email: str = Field(description="Its address; empty means my first one.", examples=[""])
    phone: str = Field(description="Its number.", examples=["+44 20 7946 0000"])
    version: int = Field(description="For `If-Match`.", examples=[1])


class CardList(Out):
    """What I give to whom I meet, and to exhibitors."""

    items: list[CardOut] = Field(description="Both cards.")


class ReleaseOut(Out):
    """One row of the ledger: who got which of my fields, when and why."""

    id: UUID = Field(description="The release.", examples=["01981d4e-3c00-7000-8000-0000000000a1"])
    recipient_id: UUID = Field(
        description="Who got it: a person, an exhibitor, or by its id the event whose organizers did.",
        examples=["01981d4e-3c00-7000-8000-000000000002"],
    )
    recipient_kind: str = Field(description="`person`, `exhibitor` or `organizers`.", examples=["person"])
    exhibitor_name: str | None = Field(
        description="What the exhibitor was called then; null for others.", examples=[None]
    )
    event_id: UUID | None = Field(description="Where.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    purpose: str = Field(
        description="`card`, `contact`; to an exhibitor, `lead`; to organizers, `export`: a file of theirs names me.",
        examples=["card"],
    )
    source: str = Field(
        description="`scan`, `share`, `introduction`, `given_at_stand`: the exhibitor's staff noted that I agreed "
        "there; or `named_in_exports`: I agreed to be named.",
        examples=["scan"],
    )
    text_version: int | None = Field(
        description="Of a lead and of a file: which version of the words I had agreed to (`list_consent_texts`); null "
        "for people, to whom I give by what I do.",
        examples=[None],
    )
    fields: list[str] = Field(
        description="Which fields. People met get `name`, `pronouns`, `photo`, `asks`, `offers` and `talk_topics` "
        "(with whether I am open to talk) with any card.",
        examples=[["name", "headline"]],
    )
    released_at: MomentOut = Field(description="When.", examples=["2026-06-04T09:05:00Z"])
    withdrawn_at: MomentOut | None = Field(description="When I took it back.", examples=[None])


class ReleasePage(Out):
    items: list[ReleaseOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])
