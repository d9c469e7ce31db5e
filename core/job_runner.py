"""dbos, in a file of its own (own schema on Postgres): runs the jobs of this process and those it left behind when it was killed."""

import asyncio
from collections.abc import Mapping
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from core.database import Database
from core.jobs import claim, run_claimed, waiting
from core.settings import Settings

POLL_S = 2.0


class JobRunner:
    """At most one per process. parts: what the composition root hands to the jobs."""

    current: "JobRunner | None" = None

    def __init__(self, settings: Settings, database: Database, parts: Mapping[str, Any], executor: str = "serve") -> None:
        self.database, self.parts, self.executor = database, parts, executor
        # A fixed version: by default dbos hashes the code, and a deploy would strand what the old one left.
        config: DBOSConfig = {
            "name": "warmline",
            "system_database_url": settings.database_url or f"sqlite:///{settings.data / 'jobs.db'}",
            "application_version": "1",
            "executor_id": executor,
            "log_level": "WARNING",
        }
        JobRunner.current = self
        DBOS(config=config)

    async def run(self) -> None:
        """Launches dbos, which takes up what was left, then starts each waiting job. Ends by cancellation."""
        await asyncio.to_thread(DBOS.launch)
        with self.database.wakes.subscribe("jobs") as woken:
            while True:
                for workspace, job_id in await self.database.read(waiting):
                    await asyncio.to_thread(_start, workspace, job_id)
                await woken.wait(POLL_S)

    def close(self) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=0)
        JobRunner.current = None


def _start(workspace: str, job_id: str) -> None:
    with SetWorkflowID(job_id):
        DBOS.start_workflow(job_workflow, workspace, job_id)


@DBOS.workflow(name="warmline_job")
def job_workflow(workspace: str, job_id: str) -> None:
    runner = JobRunner.current
    if runner is None:
        return
    row = runner.database.write_now(claim, workspace, job_id, runner.executor)
    if row is not None:
        run_claimed(runner.database, row, runner.parts)
