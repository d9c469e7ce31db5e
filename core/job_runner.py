"""dbos, in a file of its own (own schema on Postgres): runs the jobs of this process and those it left behind when it was killed.

What is to be done is told by our rows alone. dbos runs each attempt as a workflow of its own: a workflow that has ended never runs again,
and one of another process is none of ours.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from core.clock import now_ms
from core.database import Database
from core.ids import new_id
from core.instance import Instance
from core.jobs import claim, run_claimed, waiting
from core.settings import Settings

POLL_S = 2.0


class JobRunner:
    """At most one per process. parts: what the composition root hands to the jobs."""

    current: "JobRunner | None" = None

    def __init__(self, settings: Settings, database: Database, parts: Mapping[str, Any]) -> None:
        self.database, self.parts = database, parts
        self._instance = Instance(settings.data)
        self.executor, self.began_at = self._instance.name, now_ms()
        self._under_way: set[str] = set()
        # A fixed version: by default dbos hashes the code, and a deploy would strand what the old one left.
        config: DBOSConfig = {
            "name": "warmline",
            "system_database_url": settings.database_url or f"sqlite:///{settings.data / 'jobs.db'}",
            "application_version": "1",
            "executor_id": self.executor,
            "log_level": "WARNING",
        }
        JobRunner.current = self
        DBOS(config=config)

    async def run(self) -> None:
        """Launches dbos, then starts each job that waits or was left behind. Ends by cancellation."""
        await asyncio.to_thread(DBOS.launch)
        with self.database.wakes.subscribe("jobs") as woken:
            while True:
                for workspace, job_id in await self.database.read(waiting, self.executor, self.began_at):
                    await asyncio.to_thread(self.start, workspace, job_id)
                await woken.wait(POLL_S)

    def start(self, workspace: str, job_id: str) -> None:
        """An attempt, unless one is under way here."""
        if job_id in self._under_way:
            return
        self._under_way.add(job_id)
        try:
            with SetWorkflowID(f"{job_id}:{new_id('try')}"):
                DBOS.start_workflow(job_workflow, workspace, job_id)
        except BaseException:
            self._under_way.discard(job_id)
            raise

    def attempt(self, workspace: str, job_id: str) -> None:
        try:
            row = self.database.write_now(claim, workspace, job_id, self.executor, self.began_at)
            if row is not None:
                run_claimed(self.database, row, self.parts)
        finally:
            self._under_way.discard(job_id)

    def close(self) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=0)
        JobRunner.current = None
        self._instance.close()


@DBOS.workflow(name="warmline_job")
def job_workflow(workspace: str, job_id: str) -> None:
    if JobRunner.current is not None:
        JobRunner.current.attempt(workspace, job_id)
