"""Files, editors and decisions in any order: nothing that somebody wrote is ever lost.

    STORIES=200 END_STATES=../now script/test digests/tests/importing/test_machine.py -k numbered

tells the first 200 numbered stories and appends a line for each to the file: its number, and the
hash of its end state. ``diff`` compares the files of two versions of this project, or of two
databases; ``diff -r`` of the folders beside them (``../now.states``) says what differs.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from digests.tests.importing import stories
from digests.tests.importing.end_states import record
from digests.tests.length import often

pytestmark = pytest.mark.django_db

EXAMPLES = often(15, at_length=200)
STORIES = int(os.environ.get("STORIES", EXAMPLES))
END_STATES = os.environ.get("END_STATES")


def test_whatever_happens_in_whatever_order_nothing_is_lost() -> None:
    run_state_machine_as_test(
        stories.Desk, settings=settings(max_examples=EXAMPLES, stateful_step_count=stories.STEPS)
    )


# It writes what another version of the code, or another database, is compared with; alone it has
# nothing to compare.
@pytest.mark.skipif(END_STATES is None, reason="END_STATES names no file")
def test_numbered_stories_leave_end_states_to_compare(tmp_path: Path) -> None:
    assert END_STATES is not None
    for story in range(STORIES):
        with stories.told(story):
            record(story, Path(END_STATES), tmp_path / str(story))
