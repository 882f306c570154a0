"""The contract as files in `openapi/`: what the code serves, written down."""

import json
from pathlib import Path

from litestar import Litestar
from pydantic import SecretStr

from server.app import create_app
from server.docs.document import contract
from server.docs.problem_list import problems_markdown
from server.settings import SECRETS, Settings

FOLDER = Path("openapi")
CONTRACT = FOLDER / "openapi.json"
PLACEHOLDER = SecretStr("a placeholder: the contract needs no secret")


def contract_files() -> dict[Path, str]:
    """What is written, by where."""
    app = contract_app()
    return {
        CONTRACT: json.dumps(contract(app), indent=2, ensure_ascii=False) + "\n",
        FOLDER / "problems.md": problems_markdown(app),
    }


def contract_app() -> Litestar:
    """The application as it is, with placeholder secrets: describing it opens nothing."""
    settings = Settings(_env_file=None).model_copy(update=dict.fromkeys(SECRETS, PLACEHOLDER))
    return create_app(settings)
