"""Who gets what from which operation: everybody asks for everything, with a request that is right but for who asks."""

from typing import Any
from uuid import uuid4

from server.contract_file import contract_app
from server.docs.document import contract
from server.docs.examples import example_of
from tests.access.expected import EXPECTED, PUBLIC, Rule
from tests.access.world import World, forget_limits

DOCUMENT = contract(contract_app())
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if isinstance(operation, dict) and "operationId" in operation
}
STREAMS = {"watch_event"}  # an answer that never ends is read in tests/live


def test_every_operation_says_who_may_ask_for_it():
    assert sorted(set(OPERATIONS) - set(EXPECTED)) == [], "add a line for each to tests/access/expected.py"
    assert sorted(set(EXPECTED) - set(OPERATIONS)) == [], "these are gone"


async def test_everybody_gets_what_the_table_says(client, database, world: World):
    wrong = []
    for name, (method, path, operation) in OPERATIONS.items():
        rule = EXPECTED.get(name)
        for who, token in world.tokens.items():
            if rule is None or (name in STREAMS and who in rule.may):
                continue
            await forget_limits(database)
            answer = await client.request(
                method, path_of(world, name, path), **request_of(world, name, operation, token)
            )
            if said := fault(rule, who, answer):
                wrong.append(f"{name}: {who} {said}")
    assert not wrong, "\n" + "\n".join(wrong)


def fault(rule: Rule, who: str, answer) -> str | None:
    """What is wrong with an answer, if anything is."""
    if unguarded := missing_headers(answer, public=rule is PUBLIC):
        return f"was answered with other headers: {unguarded}"
    code = answer.json().get("code") if "problem+json" in answer.headers.get("content-type", "") else None
    expected = rule.refused(who)
    if expected is not None:
        got = (answer.status_code, code)
        return None if got == expected else f"was to get {expected}, and got {got}"
    if answer.is_success or code in rule.giving:
        return None
    detail = answer.json().get("errors") if code else answer.text[:200]
    return f"may, and got {answer.status_code} {code} {detail}"


def missing_headers(answer, *, public: bool) -> list[str]:
    """Nothing is taken for another type or tells where a link was followed, and no cache on the way keeps what is
    somebody's: at most the phone's own, and only what it read. What everybody may read they may keep for an hour."""
    read = answer.request.method == "GET" and answer.status_code == 200
    kept = ", ".join(answer.headers.get_list("cache-control"))
    may_be = ["private, no-cache"] * read + ["public, max-age=3600"] * (read and public)
    wanted = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": kept if kept in may_be else "no-store",
    }
    return [name for name, value in wanted.items() if answer.headers.get_list(name) != [value]]


def path_of(world: World, name: str, path: str) -> str:
    for parameter in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        value = world.ids.get(f"{name}.{parameter}", world.ids.get(parameter, str(uuid4())))
        path = path.replace("{" + parameter + "}", value)
    return path


def request_of(world: World, name: str, operation: dict[str, Any], token: str | None) -> dict[str, Any]:
    """What to send: the contract's example, with ids of this world."""
    headers = {"if-match": "*", **({"authorization": f"Bearer {token}"} if token else {})}
    asked: dict[str, Any] = {"headers": headers, "params": query_of(world, operation)}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = example_of(content["application/json"]["schema"], DOCUMENT["components"]["schemas"])
        asked["json"] = world.bodies.get(name, {**body, **({"id": str(uuid4())} if "id" in body else {})})
    elif content:
        headers["content-type"] = next(iter(content))
        asked["content"] = world.bodies[name]
    return asked


def query_of(world: World, operation: dict[str, Any]) -> dict[str, str]:
    return {
        parameter["name"]: world.ids.get(parameter["name"], "")
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
    }
