"""What the stages of an import, the sorts of rows and the steps of the work are called."""

from __future__ import annotations

from webapp.imports.models import ImportRun, Plan, Stage
from webapp.languages import N_
from webapp.languages import gettext as _

STAGES = {
    Stage.MATCHING: N_("columns to match"),
    Stage.PLANNING: N_("being tried"),
    Stage.PLANNED: N_("tried, not imported yet"),
    Stage.RUNNING: N_("being imported"),
    Stage.DONE: N_("imported"),
    Stage.UNDOING: N_("being undone"),
    Stage.UNDONE: N_("undone"),
    Stage.INTERRUPTED: N_("interrupted"),
    Stage.FAILED: N_("failed"),
}
PLANS = {
    Plan.CREATE: N_("new"),
    Plan.CHANGE: N_("changed"),
    Plan.SAME: N_("as it is"),
    Plan.DUPLICATE: N_("likely duplicate"),
    Plan.ERROR: N_("with errors"),
}
KINDS = {
    "message": N_("message"),
    "station": N_("station"),
    "network": N_("network"),
    "place": N_("place"),
    "source": N_("source"),
    "term": N_("term"),
}
STEPS = {"read": N_("Reading the file"), "plan": N_("Thinking it out"), "write": N_("Writing")}


def stage_word(stage: str) -> str:
    """A stage in the reader's language."""
    return _(STAGES[Stage(stage)])


def plan_word(plan: str) -> str:
    """A sort of rows in the reader's language."""
    return _(PLANS[Plan(plan)])


def kind_word(kind: str) -> str:
    """What one record of a kind is called."""
    return _(KINDS[kind])


def step_word(step: str) -> str:
    """A step of the work in the reader's language."""
    return _(STEPS.get(step, STEPS["read"]))


def title_of(run: ImportRun) -> str:
    """How an import is called."""
    return _("Import %(n)s: %(name)s", n=run.id, name=run.name)
