"""How many calls a process may have in flight at one provider."""

import asyncio
from weakref import WeakKeyDictionary

_Semaphores = dict[tuple[str, int], asyncio.Semaphore]
_slots: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Semaphores]" = WeakKeyDictionary()


def slot(provider: str, in_flight: int) -> asyncio.Semaphore:
    """Return the provider's semaphore of ``in_flight`` places, shared by all runs of this event loop.

    A semaphore belongs to one loop, and a process of ours works one loop at a time: a worker its run's, the web server
    its own. So this is the process's limit.
    """
    semaphores = _slots.setdefault(asyncio.get_running_loop(), {})
    return semaphores.setdefault((provider, in_flight), asyncio.Semaphore(in_flight))
