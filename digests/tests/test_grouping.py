from digests.grouping import batched, grouped, grouped_by


def test_the_last_batch_holds_the_rest() -> None:
    assert list(batched(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batched([], 2)) == []


def test_a_batch_is_read_when_it_is_wanted() -> None:
    values = iter(range(4))
    assert next(batched(values, 2)) == [0, 1]
    assert list(values) == [2, 3]


def test_groups_and_their_values_keep_their_order() -> None:
    groups = grouped([("b", 1), ("a", 2), ("b", 3)])
    assert list(groups.items()) == [("b", [1, 3]), ("a", [2])]
    assert groups["c"] == []


def test_values_are_grouped_by_what_a_function_gives() -> None:
    assert grouped_by(["bb", "a", "cc"], len) == {2: ["bb", "cc"], 1: ["a"]}
