"""Rules over several values."""
from sdg.recipe.document import Document
from sdg.recipe.reporting import Faults


def check_rules(document: Document, faults: Faults) -> None:
    """Rules."""
