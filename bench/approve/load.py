"""Submit drafts over kept connections, as many at a time as told, and time each answer."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.approve.tickets import Ticket

TOKEN = "b" * 32
ANSWERS = "application.data_authorised=true"


@dataclass(slots=True)
class Run:
    """What a run saw. Times are in seconds; `acknowledged` are the cases whose submission was answered with success."""

    times: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    wall_s: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the time in milliseconds within which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def per_second(self) -> float:
        """Return how many were approved a second."""
        return len(self.acknowledged) / self.wall_s


class _Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def post(self, ticket: Ticket) -> int:
        """Submit, and return the status; 0 where the server hung up before it answered."""
        body = f"csrfmiddlewaretoken={TOKEN}&{ANSWERS}"
        request = (
            f"POST /cases/{ticket.case}/submit HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Cookie: sessionid={ticket.session}; csrftoken={TOKEN}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request.encode())
            return self._answer(self._socket)
        except OSError:
            self.close()
            return 0

    def _answer(self, line: socket.socket) -> int:
        received = b""
        while b"\r\n\r\n" not in received:
            part = line.recv(65536)
            if not part:
                raise ConnectionResetError
            received += part
        head, _, rest = received.partition(b"\r\n\r\n")
        length = next(
            (int(one.split(b":")[1]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length")), 0
        )
        while len(rest) < length:
            part = line.recv(65536)
            if not part:
                raise ConnectionResetError
            rest += part
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def drive(
    tickets: Sequence[Ticket], *, port: int, lines: int, rate: float | None = None, until: threading.Event | None = None
) -> Run:
    """Submit these drafts over so many connections; at `rate` a second in all, or as fast as the answers come."""
    run, lock, started = Run(), threading.Lock(), time.perf_counter()
    waiting: Iterator[tuple[int, Ticket]] = iter(enumerate(tickets))

    def work() -> None:
        line = _Line(port)
        while until is None or not until.is_set():
            with lock:
                place, ticket = next(waiting, (-1, None))
            if ticket is None:
                break
            due = started + place / rate if rate else 0.0
            if rate and (early := due - time.perf_counter()) > 0:
                time.sleep(early)
            begun = time.perf_counter()
            status = line.post(ticket)
            took = time.perf_counter() - begun
            with lock:
                if status == 303:  # noqa: PLR2004 - See Other: the case's own page
                    run.times.append(took)
                    run.acknowledged.append(ticket.case)
                else:
                    run.failures.append(f"{status} {ticket.case}")
        line.close()

    threads = [threading.Thread(target=work) for _ in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.wall_s = time.perf_counter() - started
    return run
