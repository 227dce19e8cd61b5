"""The one who switches off the light when everybody was killed.

A client that ends in order leaves, and whoever leaves last stops the server. A client ended by a signal cannot leave;
if it was the last one, nobody would ever notice. So each server has a keeper: a small process that looks every second
whether anybody is left, and ends with the server.
"""

import os
import select
import shutil
import signal
import sys
from pathlib import Path

from yimen.core.postgres.clients import Clients
from yimen.core.postgres.cluster import Cluster
from yimen.core.postgres.identity import Identity
from yimen.core.postgres.places import Places

LOOK_EVERY_MS = 1000


def post(at: Places, pid: int) -> None:
    """Start the keeper of the server `pid`, which was just started, as a process of its own that outlives us."""
    argv = [sys.executable, "-m", __package__]
    argv += [str(folder) for folder in (at.home, at.data, at.sockets, at.programs)]
    argv += [str(at.identity.uid), str(at.identity.gid), str(pid)]
    ourselves = Identity(os.geteuid(), os.getegid())
    background = ["sh", "-c", '"$@" </dev/null >/dev/null 2>>"$0" &', str(at.log), *argv]
    # `-m` looks for us from where it starts, however a relative PYTHONPATH read in our own folder.
    ourselves.run(background, cwd=Path(__file__).parents[3])


def keep(at: Places, pid: int) -> None:
    """Watch until the server `pid` ends, or end it when no client is alive any more."""
    cluster, clients = Cluster(at), Clients(at.clients)
    try:
        server = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(server, select.POLLIN)
    # The descriptor becomes readable when the process ends: a server stopped by others takes its keeper along at once.
    while not poll.poll(LOOK_EVERY_MS):
        if not at.pid_file.exists():
            # The whole folder was deleted under the server. The descriptor still means this process and no other.
            signal.pidfd_send_signal(server, signal.SIGQUIT)
            shutil.rmtree(at.sockets, ignore_errors=True)
            return
        if clients.present():
            continue
        with at.locked():
            # Somebody may have joined since, or have stopped this server and started another with a keeper of its own.
            if not clients.present() and cluster.running() == pid:
                cluster.stop()
                return


def main(argv: list[str]) -> None:
    """Keep the server at the places that `post` wrote down."""
    *folders, uid, gid, pid = argv
    home, data, sockets, programs = map(Path, folders)
    keep(Places(home, data, sockets, programs, Identity(int(uid), int(gid))), int(pid))
