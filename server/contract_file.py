"""The contract as a file, `openapi/openapi.json`: what the code serves, written down."""

import json

from litestar import Litestar
from pydantic import SecretStr

from server.app import create_app
from server.docs.document import contract
from server.settings import SECRETS, Settings

PLACEHOLDER = SecretStr("a placeholder: the contract needs no secret")


def contract_text() -> str:
    return json.dumps(contract(contract_app()), indent=2, ensure_ascii=False) + "\n"


def contract_app() -> Litestar:
    """The application as it is, with placeholder secrets: describing it opens nothing."""
    settings = Settings(_env_file=None).model_copy(update=dict.fromkeys(SECRETS, PLACEHOLDER))
    return create_app(settings)
