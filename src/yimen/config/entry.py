"""Where the `yimen` command begins: with the engine alone installed it says what is missing, kindly."""

import sys


def main() -> None:
    """Run the command line, or say how to get it."""
    try:
        from yimen.config import cli  # noqa: PLC0415 - it needs what only the platform installs
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("yimen"):
            raise
        sys.exit(f"这里只装了决策引擎，命令行还需要 {error.name}。请执行 pip install 'yimen[platform]'。")
    cli.main()
