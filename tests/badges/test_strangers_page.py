"""What a stranger's camera gets, and which public addresses can stand on a badge."""

import re

import pytest

from server.app import create_app
from server.settings import SettingsWrong
from tests.builders import make_attendance, make_badge, make_event


async def test_a_stranger_sees_the_same_page_for_every_code(client, database, clock):
    event = await make_event(database, now=clock())
    badge = await make_badge(
        database, event, await make_attendance(database, event, now=clock(), name="Zoë Quinn"), now=clock()
    )
    worn = await client.get(f"/b/{badge.code}")
    others = [
        await client.get(path)
        for path in (
            f"/B/{badge.code}",
            f"/b/{badge.code.lower()}",
            f"/b/{badge.code}/",
            "/b/nonsense",
            "/b/%00",
        )
    ]

    assert worn.status_code == 200
    assert worn.headers["content-type"].startswith("text/html")
    assert {answer.text for answer in others} == {worn.text}
    assert {answer.status_code for answer in others} == {200}
    assert "Zoë" not in worn.text
    assert badge.code not in worn.text


async def test_the_page_is_kept_nowhere_and_loads_nothing(client):
    page = await client.get("/b/HEBAGAYDQMBQGAYDAMBQGAY")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"<script|<link|<img|<form|url\(|https?:", page.text)
    assert 'name="viewport"' in page.text
    assert "prefers-color-scheme: dark" in page.text
    assert (await client.head("/b/HEBAGAYDQMBQGAYDAMBQGAY")).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "https://a-very-long-host-name-of-a.conference.example",
        "https://hallway.example/app",
        "https://Hallway.example",
        "ftp://hallway.example",
        "",
    ],
)
def test_an_address_that_cannot_stand_on_a_badge_is_refused_at_start(settings, url):
    with pytest.raises(SettingsWrong, match="HALLWAY_PUBLIC_URL"):
        create_app(settings.model_copy(update={"public_url": url}))
