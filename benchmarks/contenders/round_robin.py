"""Round robin of fairpyx: guests take turns, one visit each, in a random order.

The picking is that of fairpyx; only the rules that it has no words for (guests with several
seats, maxima per day and per organisation, what one visitor cannot combine) are told to it
here, each time that it asks what somebody can still take.
"""

from argparse import Namespace
from random import Random

import fairpyx

from benchmarks.contenders.protocol import run
from benchmarks.market import Market, Result, Seats, Week, held


class Picking(fairpyx.AllocationBuilder):  # type: ignore[misc]  # fairpyx has no types
    """The state of an allocation, with all rules but the minimum."""

    def __init__(self, market: Market) -> None:
        self._weeks = {guest.id: Week(guest, market.slots) for guest in market.guests}
        self._seats = Seats(market)
        values = {
            guest.id: dict(zip(guest.slots, guest.points, strict=True))
            for guest in market.guests
        }
        super().__init__(
            fairpyx.Instance(
                valuations=values,
                agents=[guest.id for guest in market.guests],
                items=list(range(len(market.slots))),
                agent_capacities={guest.id: guest.max_visits for guest in market.guests},
                item_capacities=[slot.capacity for slot in market.slots],
            )
        )

    def remaining_items_for_agent(self, agent: str) -> list[int]:
        """Return what this guest can still take, the most wanted first."""
        week = self._weeks[agent]
        return [
            slot
            for position, slot in enumerate(week.guest.slots)
            if week.admits(position) and self._seats.has_room(week.guest, slot)
        ]

    def give(self, agent: str, item: int, logger: object = None) -> None:
        """Note who got what."""
        week = self._weeks[agent]
        week.chosen.append(week.guest.slots.index(item))
        self._seats.take(week.guest, item)
        super().give(agent, item, logger)


def find(market: Market, options: Namespace) -> Result:
    """Let everybody pick."""
    order = [guest.id for guest in market.guests if guest.max_visits > 0]
    Random(options.seed).shuffle(order)
    picking = Picking(market)
    fairpyx.algorithms.round_robin(picking, agent_order=order)
    guests = {guest.id: guest for guest in market.guests}
    return held(
        market,
        (
            (guests[agent], slot)
            for agent, bundle in picking.bundles.items()
            for slot in sorted(bundle)
        ),
    )


if __name__ == "__main__":
    run(__doc__.splitlines()[0], find)
