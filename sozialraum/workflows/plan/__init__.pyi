from .decision import VERBS as VERBS
from .decision import PlanDecision as PlanDecision
from .decision import decide as decide
from .decision import verify_decision as verify_decision
from .plan_checking import build_of as build_of
from .plan_checking import check_plan as check_plan
from .published import published_rules as published_rules
