"""The demo: set the city up, tell the stories, serve until told to stop, and leave nothing running."""

import json
import signal
import time
from dataclasses import asdict
from datetime import date
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from demo import city, site, stories
from demo.visitor import StoryError
from yimen.config import env


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C or TERM)."""


def main(*, exit_after: bool, as_json: bool, port: int) -> int:
    """Play the demo; return the exit code: 0 when every story went as told, 1 otherwise.

    What is for people goes to standard error, so that with `as_json` standard output is one JSON document.
    """
    console = Console(stderr=True, highlight=False)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _stop)
    try:
        _play(console, exit_after=exit_after, as_json=as_json, port=port)
    except Stopped:
        console.print("\n已停止，没有留下任何进程。")
    except (site.SiteDown, StoryError, city.DepartmentDown) as error:
        console.print(f"演示没有完成：{error}", style="red", markup=False)
        return 1
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _play(console: Console, *, exit_after: bool, as_json: bool, port: int) -> None:
    started = time.perf_counter()
    console.print("[bold]一门 Yimen[/] · 演示环境，全部为合成数据")
    bars = _Bars(console)
    today = date.today()  # noqa: DTZ011 - the day where the departments are

    def say(what: str, seconds: float) -> None:
        console.print(f"{what}，{seconds:.1f} 秒")

    with site.running(
        env.home(),
        port=port,
        say=say,
        progress=bars.show,
        today=today,
    ) as place:
        bars.close()
        console.print(f"准备就绪，用时 {time.perf_counter() - started:.1f} 秒：[bold]{place.base_url}[/]\n")
        told = []
        for story in stories.tell_all(place, lambda title: _teller(console, title), today=today):
            console.print(f"  → {story.outcome}，从点击提交到看到结果 [bold]{story.milliseconds:.0f} 毫秒[/]\n")
            told.append(asdict(story))
        if as_json:
            print(json.dumps({"stories": told}, ensure_ascii=False, indent=2), flush=True)
        if not exit_after:
            console.print(f"请在浏览器打开 [bold]{place.base_url}[/]，按 Ctrl-C 结束。")
            while True:
                signal.pause()


class _Bars:
    """A progress bar for each thing that takes long, drawn only once it has begun."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
        self._tasks: dict[str, TaskID] = {}
        self._bars.start()

    def show(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)

    def close(self) -> None:
        self._bars.stop()


def _teller(console: Console, title: str) -> stories.Tell:
    console.print(f"[bold]{title}[/]")
    return lambda step: console.print(f"  {step.elapsed_ms:7.0f} ms  {step.text}")
