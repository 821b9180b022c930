"""Whose browser it is: the phone's page says it by a cookie, tests by a header."""

from integrations.line.simulator.routing import Call
from integrations.line.simulator.things import Person

COOKIE = "line_simulator_person"
HEADER = "x-simulator-person"


def visitor(call: Call) -> Person | None:
    request = call.request
    key = request.headers.get(HEADER) or request.cookies.get(COOKIE, "")
    return call.simulation.world.people.get(key)
