"""Steps of a story: rules of Hypothesis that stories with a number take as well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

Method: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class Step:
    """A method of `Desk`, the values that each of its arguments can have, and when it can be."""

    name: str
    values: dict[str, Sequence[Any]]
    is_possible: Callable[[Any], bool]


POSSIBLE_STEPS: list[Step] = []


_rule: Callable[..., Callable[[Method], Method]] = rule  # its types know no arguments by **


def step(
    is_possible: Callable[[Any], bool] = lambda desk: True, **values: Sequence[Any]
) -> Callable[[Method], Method]:
    """Make a method a rule of Hypothesis, and a step of the stories that have a number."""

    def register(method: Method) -> Method:
        POSSIBLE_STEPS.append(Step(method.__name__, values, is_possible))
        strategies = {name: st.sampled_from(known) for name, known in values.items()}
        ruled = _rule(**strategies)(method)
        return precondition(is_possible)(ruled)

    return register
