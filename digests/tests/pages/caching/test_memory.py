"""The cache in the memory of a process."""

import pickle

import pytest

from digests.pages.caching.memory import MemoryCache

pytestmark = pytest.mark.once

LIMIT = 100_000
PAGE = b"x" * 1_000


@pytest.fixture
def memory() -> MemoryCache:
    memory = MemoryCache("test of memory", {"OPTIONS": {"MAX_BYTES": LIMIT}})
    memory.clear()
    return memory


def test_what_is_stored_is_found_until_it_is_deleted(memory: MemoryCache) -> None:
    memory.set("a", {"b": [1, 2]})
    assert memory.get("a") == {"b": [1, 2]}
    assert memory.get("other", "nothing") == "nothing"
    assert memory.delete("a")
    assert not memory.delete("a")
    assert memory.get("a") is None
    assert memory.size == 0


def test_all_threads_share_what_is_stored(memory: MemoryCache) -> None:
    memory.set("a", 1)
    of_another_thread = MemoryCache("test of memory", {"OPTIONS": {"MAX_BYTES": LIMIT}})
    assert of_another_thread.get("a") == 1


def test_what_has_expired_is_not_found(memory: MemoryCache) -> None:
    memory.set("a", 1, timeout=0)
    memory.set("b", 1, timeout=None)
    assert (memory.get("a"), memory.get("b")) == (None, 1)
    assert memory.touch("b", timeout=0)
    assert memory.get("b") is None
    assert not memory.touch("b")


def test_only_what_is_not_there_is_added(memory: MemoryCache) -> None:
    assert memory.add("a", 1)
    assert not memory.add("a", 2)
    assert memory.get("a") == 1


def test_it_never_holds_more_bytes_than_it_may(memory: MemoryCache) -> None:
    for number in range(2_000):
        memory.set(f"page {number % 700}", PAGE * (number % 9))
        memory.get(f"page {number % 31}")
        assert memory.size <= LIMIT


def test_the_size_is_no_less_than_what_is_stored(memory: MemoryCache) -> None:
    for number in range(5):
        memory.set(f"page {number}", PAGE)
    assert memory.size > 5 * len(pickle.dumps(PAGE))
    for number in range(5):
        memory.set(f"page {number}", b"")
    assert memory.size < 5 * len(PAGE)


def test_what_is_read_again_stays_while_a_robot_reads_everything_once(memory: MemoryCache) -> None:
    memory.set("read again", PAGE)
    memory.get("read again")
    for number in range(10_000):
        memory.set(f"read once {number}", PAGE)
    assert memory.get("read again") == PAGE


def test_after_a_flood_that_reads_twice_pages_are_stored_again(memory: MemoryCache) -> None:
    for number in range(1_000):
        memory.set(f"flood {number}", PAGE)
        memory.get(f"flood {number}")
    memory.set("a page", PAGE)
    assert memory.get("a page") == PAGE
    for number in range(1_000):
        memory.set(f"second flood {number}", PAGE)
    assert memory.get("a page") == PAGE


def test_of_what_was_read_the_longest_unread_goes_first(memory: MemoryCache) -> None:
    names = [f"page {number}" for number in range(100)]
    for name in names:
        memory.set(name, PAGE)
        memory.get(name)
        memory.get(names[0])
    kept = [name for name in names if memory.get(name)]
    assert kept == [names[0], *names[-len(kept) + 1 :]]


def test_what_is_larger_than_a_quarter_is_not_stored_and_pushes_nothing_out(
    memory: MemoryCache,
) -> None:
    memory.set("a", PAGE)
    memory.set("large", b"x" * (LIMIT // 4))
    assert (memory.get("a"), memory.get("large")) == (PAGE, None)
