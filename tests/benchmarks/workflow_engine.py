"""What a workflow engine does for the same cases: an instance for each, in it a timer for each duty (SpiffWorkflow).

As in any service of that kind an instance lies in a table between two nights: each night it is read, its timers are
looked at, and it is written again.
"""

import sqlite3
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.task import TaskState

NEVER = "9999-12-31T00:00:00+00:00"
_XML = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="ehc"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><process id="case" isExecutable="true">
  <startEvent id="start"><outgoing>f0</outgoing></startEvent><sequenceFlow id="f0" sourceRef="start" targetRef="split"/>
  <parallelGateway id="split"><incoming>f0</incoming>{outgoing}</parallelGateway>{timers}</process></definitions>"""
_TIMER = """<sequenceFlow id="to_{0}" sourceRef="split" targetRef="{0}"/>
  <intermediateCatchEvent id="{0}" name="{0}"><incoming>to_{0}</incoming><outgoing>from_{0}</outgoing>
  <timerEventDefinition><timeDate xsi:type="tFormalExpression">{0}</timeDate></timerEventDefinition>
  </intermediateCatchEvent><sequenceFlow id="from_{0}" sourceRef="{0}" targetRef="end_{0}"/>
  <endEvent id="end_{0}"><incoming>from_{0}</incoming></endEvent>"""


class Instances:
    """The instances of all cases, by their references."""

    def __init__(self, duties: tuple[str, ...]) -> None:
        outgoing = "".join(f"<outgoing>to_{duty}</outgoing>" for duty in duties)
        xml = _XML.format(outgoing=outgoing, timers="".join(map(_TIMER.format, duties)))
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(xml.encode())))
        self._duties, self._spec = duties, parser.get_spec("case")
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self._table = sqlite3.connect(":memory:")
        self._table.execute("CREATE TABLE instances (ref TEXT PRIMARY KEY, state TEXT)")

    def begin(self, ref: str, due: Mapping[str, date]) -> None:
        """An instance whose timers run out the day after each date; a duty without one is never late."""
        workflow = BpmnWorkflow(self._spec)
        first = workflow.get_next_task(state=TaskState.READY)
        first.data.update(
            {duty: f"{due[duty] + timedelta(1)}T00:00:00+00:00" if duty in due else NEVER for duty in self._duties}
        )
        workflow.do_engine_steps()
        self._write(ref, workflow)

    def night(self) -> set[tuple[str, str]]:
        """The timers that have run out, of all instances."""
        late = set()
        for ref, state in self._table.execute("SELECT ref, state FROM instances").fetchall():
            workflow = self._serializer.deserialize_json(state)
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            done = workflow.get_tasks(state=TaskState.COMPLETED)
            late |= {(ref, task.task_spec.bpmn_id) for task in done if task.task_spec.bpmn_id in self._duties}
            self._write(ref, workflow)
        return late

    def _write(self, ref: str, workflow: BpmnWorkflow) -> None:
        state = self._serializer.serialize_json(workflow)
        self._table.execute("INSERT OR REPLACE INTO instances VALUES (?, ?)", (ref, state))
