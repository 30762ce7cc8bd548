"""Variety on the first page: groups take turns."""

from collections.abc import Mapping, Sequence


def taking_turns(ids: Sequence[str], group_of: Mapping[str, str], count: int) -> list[str]:
    """Return ids in order, but in the first `count` places each group once before any comes twice.

    Args:
        ids: in the order of preference.
        group_of: {id: group}, a brand or a category.
        count: how many places are shared out; what is left follows in its own order.
    """
    chosen: list[str] = []
    left = list(ids)
    while left and len(chosen) < count:
        taken: set[str] = set()
        rest: list[str] = []
        for product_id in left:
            group = group_of[product_id]
            if group not in taken and len(chosen) < count:
                taken.add(group)
                chosen.append(product_id)
            else:
                rest.append(product_id)
        left = rest
    return chosen + left
