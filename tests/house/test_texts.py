"""The catalogues hold exactly the sentences in the code."""

import pytest

from server.texts import FOLDER, LANGUAGES
from server.texts.update import updated


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_up_to_date(language):
    assert (FOLDER / f"{language}.po").read_bytes() == updated(language), (
        "run `python -m server.texts.update`"
    )
