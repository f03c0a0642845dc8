"""``[proposal]``: what the office proposes, for the page and the Vorlage."""

from __future__ import annotations

from sozialraum.planning.plan_base import PlanSection


class ProposalSection(PlanSection):
    """``[proposal]``: the variants that are proposed, and what the Vorlage says beside them.

    With this section the plan writes ``vorlage.docx``, ``vorlage.pdf`` and ``karten_a3.pdf``, too.

    Parameters
    ----------
    recommend : decision ("locate", "catchments", …) -> name of the variant that is proposed; for
        allocate the name of the rule, for the second pot "allocate_2", and so on
    decision : what is to be decided (Beschlussvorschlag)
    legal : what the law says, line by line
    costs : what it costs and where the money comes from
    annexes : what is enclosed, line by line
    """

    recommend: dict[str, str] = {}
    decision: str = ""
    legal: tuple[str, ...] = ()
    costs: str = ""
    annexes: tuple[str, ...] = ()
