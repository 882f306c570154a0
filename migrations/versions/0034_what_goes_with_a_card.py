"""Photo, asks, offers and topics reach people met with the card: the ledger says so.

Why it is safe while old code runs: it shows these fields wherever it shows the name, whether or not the ledger names
them; and takes a field of the ledger that it does not know for none.
"""

from alembic import op

revision = "0034"
down_revision = "0033"

ADD = """
do $$
declare
    was text := pg_get_functiondef('release_cards'::regproc);
    becomes text := replace(was, 'array[''name'', ''pronouns'']',
        'array[''name'', ''pronouns'', ''photo'', ''asks'', ''offers'', ''talk_topics'']');
begin
    if becomes = was then
        raise exception 'release_cards is not as it was';
    end if;
    execute becomes;
end $$
"""

# They did go out with every card of somebody claimed, which has pronouns.
WHAT_WENT_OUT = """
update releases set fields = fields || array['photo', 'asks', 'offers', 'talk_topics']
where purpose = 'card' and 'pronouns' = any (fields) and not 'photo' = any (fields)
"""


def upgrade() -> None:
    op.execute(ADD)  # the rest of the function stays as the migrations before made it
    op.execute(WHAT_WENT_OUT)
