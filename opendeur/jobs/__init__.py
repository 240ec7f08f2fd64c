"""What takes longer than a request: the worker, and how it is woken.

Huey only wakes the worker and repeats a sweep every minute. It delivers at most once, so
nothing lives in its queue alone: rows say what is to be done, and a lease with a heartbeat
says who is doing it. Whatever is killed in the middle is found again by the sweep.
"""

from opendeur.jobs.worker import Jobs, of_app

__all__ = [
    "Jobs",  # the jobs of one installation: woken by the site, done by the worker
    "of_app",  # those of the running application
]
