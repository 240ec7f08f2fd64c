"""Advice for the organiser: what could be changed, and what each change would bring."""

from solver.advice.advising import AdviceProgress, advise
from solver.advice.files import advice_to_json
from solver.advice.findings import Advice
from solver.advice.words import advice_in_words

__all__ = ["Advice", "AdviceProgress", "advice_in_words", "advice_to_json", "advise"]
