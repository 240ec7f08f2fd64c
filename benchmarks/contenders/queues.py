"""What is done without a solver: people choose one after another from the seats left.

``first-come``: in the order of the file each goes down the own list and books what still has
a free seat and fits, as on any booking page. ``dictatorship``: in a random order each gets the
best set of slots that the free seats allow. When all have chosen, a slot with fewer people than
its minimum is cancelled, and who was in it loses that visit.
"""

from argparse import Namespace
from collections.abc import Iterator
from random import Random

from benchmarks.contenders.protocol import run
from benchmarks.market import Guest, Market, Result, Seats, Week, held, itineraries

Choice = tuple[Guest, int]


def first_come(market: Market) -> Iterator[Choice]:
    """Yield what each guest books, in the order of the file."""
    seats = Seats(market)
    for guest in market.guests:
        week = Week(guest, market.slots)
        for position, slot in enumerate(guest.slots):
            if week.admits(position) and seats.has_room(guest, slot):
                week.chosen.append(position)
                seats.take(guest, slot)
                yield guest, slot


def dictatorship(market: Market, *, seed: int) -> Iterator[Choice]:
    """Yield what each guest takes, in a random order.

    A. Abdulkadiroglu, T. Sonmez (1998), Random serial dictatorship and the core from random
    endowments in house allocation problems, https://doi.org/10.2307/2998580
    """
    seats, order = Seats(market), list(market.guests)
    Random(seed).shuffle(order)
    for guest in order:
        free = [i for i, slot in enumerate(guest.slots) if seats.has_room(guest, slot)]
        best = max(
            itineraries(guest, market.slots, among=free),
            key=lambda chosen: sum(guest.points[position] for position in chosen),
        )
        for position in best:
            seats.take(guest, guest.slots[position])
            yield guest, guest.slots[position]


def find(market: Market, options: Namespace) -> Result:
    """Run the variant that was asked for."""
    if options.variant == "first-come":
        return held(market, first_come(market))
    return held(market, dictatorship(market, seed=options.seed))


if __name__ == "__main__":
    run(__doc__.splitlines()[0], find, variants=("first-come", "dictatorship"))
