"""Health, as load balancers see it."""

from pydantic import Field

from schemas.wire import Out


class HealthOut(Out):
    """The process answers."""

    status: str = Field(description="Always `ok`: the process answers.", examples=["ok"])


class ReadinessOut(Out):
    """The server keeps what it commits."""

    status: str = Field(description="Always `ok`; 503 otherwise.", examples=["ok"])
    migration: str = Field(description="The newest migration of the database.", examples=["0003"])
