"""The automations that come with the product, made at the start of `ehc up` and from then on the manager's to change.

Neither has a notification: that needs a block with somebody's address in it. docs/how-to/run-with-the-ui.md says
where to add one.
"""

from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events.actions import DoNothing, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

INCOMPLETE = "ehc.night.incomplete"
"""The event of a night whose certificate is red: not every open record had every duty evaluated."""

SECOND_ATTEMPT_AFTER = timedelta(minutes=5)


def shipped(nightly: UUID) -> list[AutomationCore]:
    """The automations, given the deployment of the night."""
    return [
        AutomationCore(
            name="Night failed or crashed: try once more",
            description="Starts the night again five minutes after a scheduled one failed or crashed. "
            "A second attempt that fails is left for a person: it was not scheduled, so it does not start a third.",
            trigger=EventTrigger(
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(0),
                expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
                match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
                match_related=[
                    ResourceSpecification.model_validate({"prefect.resource.id": f"prefect.deployment.{nightly}"}),
                    # Prefect's own mark of a run that a schedule made.
                    ResourceSpecification.model_validate({"prefect.resource.id": "prefect.tag.auto-scheduled"}),
                ],
            ),
            actions=[RunDeployment(source="selected", deployment_id=nightly, schedule_after=SECOND_ATTEMPT_AFTER)],
        ),
        AutomationCore(
            name="Certificate red: a night was incomplete",
            description="Add here whom to tell: Edit, Actions, Send a notification. Until then it only marks the "
            "event feed; the board and the certificate show the gap in any case.",
            trigger=EventTrigger(
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(0),
                expect={INCOMPLETE},
                match=ResourceSpecification.model_validate({"prefect.resource.id": "*"}),
            ),
            actions=[DoNothing()],
        ),
    ]


async def create_missing(client: PrefectClient, nightly: UUID) -> list[str]:
    """The names of those made now; one that is there, even switched off or changed, is left as it is."""
    made = []
    for automation in shipped(nightly):
        if not await client.read_automations_by_name(automation.name):
            await client.create_automation(automation)
            made.append(automation.name)
    return made
