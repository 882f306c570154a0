"""What waits? Jobs, letters, parked scans, and what holds back the change feed; for the operator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backlog:
    """Ages are in seconds, 0 where nothing waits."""

    jobs: int
    oldest_job: float
    ripples: int
    oldest_transaction: float
    mails: int
    parked_scans: int


# Its columns are those of Backlog. What a transaction writes reaches phones when it ends; others' go on. Transactions
# of other roles are seen by a role with pg_read_all_stats alone.
BACKLOG = """
    select
        queue.jobs,
        queue.oldest,
        (select count(*) from ripples),
        (select coalesce(extract(epoch from max(now() - xact_start)), 0)::float8
            from pg_stat_activity where backend_xid is not null),
        (select count(*) from mails where settled_at is null),
        (select count(*) from scans where state = 'parked')
    from (
        select count(*) as jobs, coalesce(extract(epoch from now() - min(execute_after)), 0)::float8 as oldest
        from pgqueuer where status = 'queued' and execute_after <= now()
    ) as queue
"""
