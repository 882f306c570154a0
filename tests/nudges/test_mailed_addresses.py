"""The addresses in our mails: a mail reader's one click stops them, a GET never acts, and nobody has to sign in."""

import re
from email.message import EmailMessage
from uuid import uuid4

import pytest

from server.nudges.deliveries import EMAIL
from server.nudges.stop_links import read_stop_token, write_stop_token
from tests.nudges.promising import make_nudge, promise_one

PATH = re.compile(r"https://hallway\.example(/\S+)")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def mailed(dispatch, ada, mail_server, database, clock) -> EmailMessage:
    nudge = await make_nudge(database, ada.person_id, now=clock())
    await dispatch.deliver((await promise_one(database, nudge, EMAIL)).id, clock=clock)
    (message,) = mail_server.taken
    return message


def stop_path(message: EmailMessage) -> str:
    return PATH.fullmatch(message["List-Unsubscribe"].strip("<>"))[1]


async def choices(ada) -> dict:
    said = (await ada.get("/v1/me/nudge_preferences")).json()
    never = [one["kind"] for one in said["kinds"] if one["email"] == "never"]
    return {"stopped": said["stopped"], "mails_stopped": said["mails_stopped"], "never": never}


NOTHING = {"stopped": False, "mails_stopped": False, "never": []}


async def test_a_mail_says_how_to_stop_it_in_its_head_its_text_and_its_page(mailed, mail_server):
    text, page = (mailed.get_body((kind,)).get_content() for kind in ("plain", "html"))
    path = stop_path(mailed)
    assert mailed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://hallway.example{path}" in text
    assert f'href="https://hallway.example{path}"' in page
    header = f"List-Unsubscribe: <https://hallway.example{path}>\r\n"
    assert header.encode() in mail_server.raw[0], "as it stands, not in encoded words"
    assert "ada" not in path
    assert re.fullmatch(r"/stop/[\w-]{43}", path)
    assert "<script" not in page
    assert "src=" not in page


@pytest.mark.parametrize("form", ["data", "files"], ids=["urlencoded", "multipart"])
async def test_one_click_stops_mails_at_once_signed_out_and_again_changes_nothing(
    mailed, ada, client, mail_server, dispatch, database, clock, form
):
    body = ONE_CLICK if form == "data" else {name: (None, value) for name, value in ONE_CLICK.items()}
    for _ in range(2):
        answer = await client.post(stop_path(mailed), **{form: body})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "no more reminders by e-mail" in answer.text
    assert await choices(ada) == {**NOTHING, "mails_stopped": True}

    again = await make_nudge(database, ada.person_id, now=clock())
    await dispatch.deliver((await promise_one(database, again, EMAIL)).id, clock=clock)
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_at_it_stops_nothing(mailed, ada, client, method):
    answer = await client.request(method, stop_path(mailed))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert await choices(ada) == NOTHING


@pytest.mark.parametrize(
    ("button", "chosen"),
    [
        ("mails", {"mails_stopped": True}),
        ("kind", {"never": ["weekly"]}),
        ("all", {"stopped": True, "mails_stopped": True}),
    ],
)
async def test_each_button_stops_what_it_says(mailed, ada, client, button, chosen):
    page = (await client.get(stop_path(mailed))).text
    assert f'<button name="stop" value="{button}">' in page
    assert (await client.post(stop_path(mailed), data={"stop": button})).status_code == 200
    assert await choices(ada) == {**NOTHING, **chosen}


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "-" * 44])
async def test_what_we_did_not_write_stops_nothing(client, clean, token):
    for answer in (await client.get(f"/stop/{token}"), await client.post(f"/stop/{token}", data=ONE_CLICK)):
        assert (answer.status_code, "stops nothing" in answer.text) == (404, True)


async def test_a_nudge_that_is_gone_has_nothing_left_to_stop(client, settings, clean):
    path = f"/stop/{write_stop_token(settings.secret('session'), uuid4())}"
    assert 'value="kind"' not in (await client.get(path)).text
    assert (await client.post(path, data=ONE_CLICK)).status_code == 200


def test_an_address_is_good_for_one_nudge_and_under_one_secret():
    nudge, secret = uuid4(), b"s" * 32
    token = write_stop_token(secret, nudge)
    assert read_stop_token(secret, token) == nudge
    assert read_stop_token(b"t" * 32, token) is None
    assert read_stop_token(secret, token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]) is None
    assert read_stop_token(secret, token + "=") is None


async def test_the_button_in_a_mail_opens_the_app_or_a_page_that_is_the_same_for_all(mailed, client):
    (path,) = {
        found for found in PATH.findall(mailed.get_body(("plain",)).get_content()) if found[:3] == "/n/"
    }
    ours, other = await client.get(path), await client.get(f"/n/{uuid4()}")
    assert (ours.status_code, ours.text) == (200, other.text)
    assert ours.headers["cache-control"] == "no-store"
