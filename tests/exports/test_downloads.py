"""A file is fetched at an address that holds for minutes, in pieces where a connection breaks."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.exports.ranges import Part, part_of
from tests.exports.ordering import made, rows_in
from tests.phones import sign_in
from tests.stats.crowds import make_crowd


@pytest.fixture
async def export(ada, database, clock, outbox):
    """A file of several chunks, ready."""
    crowd = await make_crowd(database, now=clock(), types={"attendee": 300}, encounters=5000, seed=2)
    return await made(ada, crowd.event, outbox, "connections")


async def test_a_download_that_broke_off_goes_on_where_it_was(client, export):
    url, whole = export["download_url"], (await client.get(export["download_url"]))
    cut = len(whole.content) - 270_000
    rest = await client.get(url, headers={"range": f"bytes={cut}-", "if-range": whole.headers["etag"]})
    middle = await client.get(url, headers={"range": "bytes=262140-262150"})
    last = await client.get(url, headers={"range": "bytes=-5"})

    assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes")
    assert (rest.status_code, whole.content[:cut] + rest.content) == (206, whole.content)
    assert rest.headers["content-range"] == f"bytes {cut}-{len(whole.content) - 1}/{len(whole.content)}"
    assert rest.headers["content-length"] == "270000"
    assert (middle.status_code, middle.content) == (206, whole.content[262140:262151])
    assert (last.status_code, last.content) == (206, whole.content[-5:])
    assert rest.headers["etag"] == whole.headers["etag"]


async def test_a_piece_of_another_file_is_not_joined_to_this_one(client, export):
    answer = await client.get(
        export["download_url"], headers={"range": "bytes=100-", "if-range": '"another"'}
    )
    assert (answer.status_code, len(answer.content)) == (200, export["size"])


async def test_bytes_that_the_file_has_not_are_refused(client, export):
    answer = await client.get(export["download_url"], headers={"range": f"bytes={export['size']}-"})

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{export['size']}"


async def test_a_link_is_over_after_ten_minutes_and_another_goes_on(ada, client, outbox, export, clock):
    begun = await client.get(export["download_url"], headers={"range": "bytes=0-999"})
    clock.tick(minutes=10)
    over = await client.get(export["download_url"])
    again = await sign_in(client, outbox, ada.email)
    told = (await again.get(f"/v1/events/{export['event_id']}/exports/{export['id']}")).json()
    rest = await client.get(
        told["download_url"], headers={"range": "bytes=1000-", "if-range": begun.headers["etag"]}
    )

    assert (over.status_code, over.json()["code"]) == (410, "download_link_expired")
    assert rest.status_code == 206
    assert len(rows_in(begun.content + rest.content)) == 5000


async def test_a_link_that_was_tampered_with_opens_nothing(client, export):
    url, link = export["download_url"].rsplit("/", 1)
    for place in (0, 30, 50, 80):
        other = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        answer = await client.get(f"{url}/{other}")
        assert (answer.status_code, answer.json()["code"]) == (404, "export_not_found")
    for nonsense in ("x", "AAAA", link + "AAAA"):
        assert (await client.get(f"{url}/{nonsense}")).status_code == 404


async def test_two_may_download_at_once(client, export):
    answers = await asyncio.gather(*(client.get(export["download_url"]) for _ in range(3)))
    assert len({answer.content for answer in answers}) == 1


async def test_the_dictionary_says_what_each_column_means(client, export):
    answer = await client.get(export["dictionary_url"])
    rows = rows_in(answer.content)

    assert 'filename="connections-2026-06-04.dictionary.csv"' in answer.headers["content-disposition"]
    assert [(row["column"], row["type"], row["meaning"]) for row in rows if row["column"]] == [
        (column["name"], column["type"], column["meaning"]) for column in export["columns"]
    ]
    assert [row["meaning"] for row in rows if not row["column"]] == export["notes"]
    assert [column["name"] for column in export["columns"]] == [
        "person_a", "person_b", "type_a", "type_b", "first_met_hour", "mutual",
    ]  # fmt: skip


@given(st.integers(0, 50), st.integers(0, 60) | st.none(), st.integers(0, 60) | st.none())
def test_a_range_is_what_slicing_gives(size: int, first: int | None, last: int | None):
    asked = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    found = part_of(size, asked, None, '"x"')
    everything = bytes(range(size))
    if first is None and last is None:
        expected = everything
    elif first is None:
        expected = everything[-last:] if last else b""
    elif last is not None and last < first:
        expected = everything  # no range at all
    else:
        expected = everything[first : None if last is None else last + 1]

    if found is None:
        assert expected == b""
    else:
        assert everything[found.begin : found.end] == expected


@pytest.mark.parametrize("asked", [None, "bytes=", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b"])
def test_what_is_no_single_range_is_all_of_it(asked):
    assert part_of(7, asked, None, '"x"') == Part(0, 7, 7)
