"""The starter against real servers: every way it can find things, and every way it can be left."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from yimen.core import postgres
from yimen.core.postgres import errors, places, processes
from yimen.core.postgres.cluster import Cluster
from yimen.core.postgres.identity import Identity


@pytest.fixture
def home(tmp_path: Path):
    yield tmp_path
    postgres.stop(tmp_path, force=True)


def server_pid(home: Path) -> int | None:
    return int((home / "postgres/postmaster.pid").read_text().splitlines()[0]) if is_running(home) else None


def is_running(home: Path) -> bool:
    return any(processes.serving(home.resolve() / "postgres"))


def one(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def client(home: Path, then: str) -> subprocess.Popen[str]:
    """Another process that joins, says so, and does something."""
    code = f"""
import os, sys, time
from pathlib import Path
from yimen.core import postgres
server = postgres.ensure(Path({str(home)!r}), durable=False)
print(server.execute("SELECT pg_postmaster_start_time()")[0], flush=True)
{then}
"""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_first_start_makes_a_cluster_that_only_its_owner_can_reach(home: Path):
    with postgres.ensure(home) as server:
        folder = server.places.sockets

        assert one(server, "SHOW server_version_num") >= "180000"
        assert one(server, "SHOW server_encoding") == "UTF8"
        assert one(server, "SELECT datcollate || datctype FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8" * 2
        assert one(server, "SHOW listen_addresses") == ""
        assert one(server, "SHOW fsync") == "on"
        assert one(server, "SHOW shared_buffers") == "128MB"
        assert one(server, "SHOW max_connections") == "60"
        assert (
            one(server, "SELECT count(*) FROM pg_hba_file_rules WHERE type = 'host' AND auth_method <> 'reject'") == 0
        )
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (home / "postgres").stat().st_mode & 0o777 == 0o700

    assert not is_running(home)
    assert not folder.exists()


def test_trigrams_of_chinese_words_are_not_empty(home: Path):
    with postgres.ensure(home, durable=False) as server:
        server.execute("CREATE EXTENSION pg_trgm")

        assert one(server, "SELECT cardinality(show_trgm('深圳毕业生'))") > 3


def test_a_warm_start_finds_what_was_written(home: Path):
    with postgres.ensure(home, durable=False) as server:
        server.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('一门')")

    with postgres.ensure(home, durable=False) as server:
        assert one(server, "SELECT word FROM kept") == "一门"


def test_two_processes_that_come_at_once_share_one_server(home: Path):
    pair = [client(home, "sys.stdin.read()") for _ in range(2)]
    starts = {process.stdout.readline() for process in pair}

    assert len(starts) == 1
    assert "20" in starts.pop()
    for process in pair:
        process.communicate()
    assert not is_running(home)


def test_threads_that_come_at_once_share_one_server(home: Path):
    found: list[postgres.Server] = []
    threads = [threading.Thread(target=lambda: found.append(postgres.ensure(home, durable=False))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one(server, "SELECT pg_postmaster_start_time()") for server in found}) == 1
    for server in found:
        assert is_running(home)
        server.release()
    assert not is_running(home)


def test_the_server_stays_until_its_last_client_leaves(home: Path):
    first, second = postgres.ensure(home, durable=False), postgres.ensure(home, durable=False)

    first.release()
    first.release()
    assert one(second, "SELECT 1") == 1
    assert postgres.stop(home) is False

    second.release()
    assert not is_running(home)
    assert postgres.stop(home) is True


def test_a_client_that_ends_without_a_word_leaves_by_itself(home: Path):
    process = client(home, "")
    process.communicate()

    assert process.returncode == 0
    assert not is_running(home)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_client_that_is_killed_does_not_keep_the_server(home: Path, how: signal.Signals):
    process = client(home, "time.sleep(60)")
    process.stdout.readline()
    assert is_running(home)

    process.send_signal(how)
    process.communicate()

    assert processes.wait_until(lambda: not is_running(home), timeout_s=10)


def test_whoever_leaves_after_a_killed_client_is_the_last_one(home: Path):
    server = postgres.ensure(home, durable=False)
    process = client(home, "time.sleep(60)")
    process.stdout.readline()
    process.kill()
    process.communicate()

    server.release()

    assert not is_running(home)


def test_a_ticket_of_a_number_given_to_another_process_does_not_count(home: Path):
    server = postgres.ensure(home, durable=False)
    (home / "postgres.clients" / f"{os.getppid()}.1-00000000.0").touch()

    server.release()

    assert not is_running(home)


def test_a_key_pressed_in_our_terminal_does_not_reach_the_server(home: Path):
    with postgres.ensure(home, durable=False):
        pid = server_pid(home)
        assert pid is not None
        assert os.getsid(pid) != os.getsid(0)


def test_two_processes_may_make_the_same_role_and_database_at_once(home: Path):
    then = "server.ensure_role('owner'); server.ensure_database('city', owner='owner')"
    pair = [client(home, then) for _ in range(2)]

    assert [process.communicate()[1] for process in pair] == ["", ""]


def test_stopping_where_nothing_ever_was_makes_nothing(tmp_path: Path):
    assert postgres.stop(tmp_path / "none") is True
    assert not (tmp_path / "none").exists()


def test_a_forked_child_does_not_take_its_parents_server_away(home: Path):
    with postgres.ensure(home, durable=False) as server:
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)

        assert one(server, "SELECT 1") == 1


def test_confirmed_rows_survive_kill_9_of_the_server(home: Path):
    server = postgres.ensure(home)
    server.execute("CREATE TABLE kept (word text)")
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as busy:
        busy.execute("INSERT INTO kept VALUES ('收到')")
        os.kill(server_pid(home), signal.SIGKILL)

        with postgres.ensure(home) as again:
            assert one(again, "SELECT word FROM kept") == "收到"
            assert one(again, "SHOW fsync") == "on"
    server.release()
    assert not is_running(home)


def test_a_backend_that_outlives_its_killed_server_is_waited_for(home: Path):
    server = postgres.ensure(home, durable=False)
    backend = psycopg.connect(server.url("postgres", "postgres"), autocommit=True)
    pid = backend.info.backend_pid
    os.kill(pid, signal.SIGSTOP)
    os.kill(server_pid(home), signal.SIGKILL)
    threading.Timer(0.5, os.kill, (pid, signal.SIGCONT)).start()

    with postgres.ensure(home, durable=False) as again:
        assert not processes.works_in(pid, home / "postgres")
        assert one(again, "SELECT 1") == 1
    backend.close()
    server.release()


def test_a_backend_that_never_goes_is_ended(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("yimen.core.postgres.cluster.ORPHANS_TIMEOUT_S", 0.5)
    server = postgres.ensure(home, durable=False)
    with psycopg.connect(server.url("postgres", "postgres")) as backend:
        os.kill(backend.info.backend_pid, signal.SIGSTOP)
        os.kill(server_pid(home), signal.SIGKILL)

        with postgres.ensure(home, durable=False) as again:
            assert one(again, "SELECT 1") == 1
    server.release()


def test_data_in_use_where_we_cannot_see_are_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch):
    """As in a container that shares the folder and not the process numbers."""
    monkeypatch.setattr("yimen.core.postgres.cluster.ORPHANS_TIMEOUT_S", 0.2)
    server = postgres.ensure(home, durable=False)
    with monkeypatch.context() as blind:
        blind.setattr("yimen.core.postgres.processes.works_in", lambda *_: False)
        with pytest.raises(errors.Busy, match="容器"):
            postgres.ensure(home, durable=False)

    assert one(server, "SELECT 1") == 1
    server.release()
    assert not is_running(home)


@pytest.mark.parametrize("holder", ["ours", "nobody's"])
def test_a_stale_pid_file_is_not_believed(home: Path, holder: str):
    postgres.ensure(home, durable=False).release()
    pid = os.getpid() if holder == "ours" else 4_000_000
    (home / "postgres/postmaster.pid").write_text(f"{pid}\n{home}/postgres\n1\n5432\n\n\n1 1\nready\n")

    assert postgres.stop(home) is True
    with postgres.ensure(home, durable=False) as server:
        assert one(server, "SELECT 1") == 1


def test_a_server_whose_socket_was_cleaned_away_is_started_again(home: Path):
    first = postgres.ensure(home, durable=False)
    (first.places.sockets / places.SOCKET).unlink()

    with postgres.ensure(home, durable=False) as second:
        assert one(second, "SELECT 1") == 1
    first.release()


def test_a_server_whose_home_was_deleted_ends(tmp_path: Path):
    home = tmp_path / "home"
    server = postgres.ensure(home, durable=False)
    pid = server_pid(home)
    assert pid is not None

    home.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/postgres/postmaster.pid").unlink()
    server.release()

    assert processes.wait_until(lambda: processes.started(pid) is None, timeout_s=10)


def test_roles_and_databases_are_made_once(home: Path):
    with postgres.ensure(home, durable=False) as server:
        for _ in range(2):
            server.ensure_role("yimen_owner", can_create_databases=True)
            server.ensure_role("yimen_app")
            server.ensure_database("yimen", owner="yimen_owner")

        with psycopg.connect(server.url("yimen", "yimen_owner"), autocommit=True) as owner:
            owner.execute("CREATE TABLE owned ()")
            owner.execute("CREATE DATABASE test_yimen")
        with psycopg.connect(server.url("yimen", "yimen_app"), autocommit=True) as app:
            for refused in ("CREATE TABLE mine ()", "DROP TABLE owned", "CREATE DATABASE mine", "TRUNCATE owned"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(refused)


def test_a_name_with_quotes_is_only_a_name(home: Path):
    name = 'o"; DROP DATABASE postgres; --深'
    with postgres.ensure(home, durable=False) as server:
        server.ensure_role(name)
        server.ensure_database(name, owner=name)

        with psycopg.connect(server.url(name, name)) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == (name,)


def test_a_script_runs_whole_or_not_at_all(home: Path):
    with postgres.ensure(home, durable=False) as server:
        with pytest.raises(errors.StatementFailed, match="no_such_table"):
            server.execute("CREATE TABLE half (); SELECT * FROM no_such_table")

        assert one(server, "SELECT to_regclass('half') IS NULL") is True


def test_variables_meant_for_other_servers_do_not_lead_astray(home: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("PGHOST", "PGPORT", "PGDATA", "PGUSER", "PGSERVICE"):
        monkeypatch.setenv(name, "elsewhere")

    with postgres.ensure(home, durable=False) as server:
        assert server.execute("SELECT 1") == ["1"]


def test_a_path_too_long_for_a_socket_is_named_before_anything_starts(home: Path, tmp_path: Path):
    identity = Identity(os.geteuid(), os.getegid())
    at = places.places(home, identity, runtime=tmp_path / ("long" * 30))

    with pytest.raises(errors.SocketClash, match="107"):
        places.make_socket_folder(at)


def test_a_runtime_folder_of_somebody_else_is_refused(home: Path, tmp_path: Path):
    at = places.places(home, Identity(os.geteuid(), os.getegid()), runtime=tmp_path)
    at.sockets.mkdir()

    with pytest.raises(errors.SocketClash, match="占用"):
        places.make_socket_folder(dataclasses.replace(at, identity=Identity(os.geteuid() + 1, os.getegid())))


def test_a_link_in_place_of_the_runtime_folder_is_refused(home: Path, tmp_path: Path):
    at = places.places(home, Identity(os.geteuid(), os.getegid()), runtime=tmp_path)
    at.sockets.symlink_to(home)

    with pytest.raises(errors.SocketClash, match="占用"):
        places.make_socket_folder(at)


def test_a_broken_configuration_shows_what_the_server_logged(home: Path):
    postgres.ensure(home, durable=False).release()
    with (home / "postgres/postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")

    with pytest.raises(errors.StartFailed, match="no_such_setting") as raised:
        postgres.ensure(home, durable=False)

    assert "DATABASE_URL" in raised.value.remedy
    assert not list((home / "postgres.clients").iterdir())


def test_data_of_another_major_version_are_left_alone(home: Path):
    postgres.ensure(home, durable=False).release()
    (home / "postgres/PG_VERSION").write_text("17\n")

    with pytest.raises(errors.WrongVersion, match="17"):
        postgres.ensure(home)


def test_a_first_start_that_was_interrupted_is_begun_anew(home: Path):
    (home / "postgres.new/base").mkdir(parents=True)

    with postgres.ensure(home, durable=False) as server:
        assert one(server, "SELECT 1") == 1
    assert not (home / "postgres.new").exists()


def test_a_caller_who_needs_durability_does_not_join_a_forgetful_server(home: Path):
    with postgres.ensure(home, durable=False) as server:
        assert one(server, "SHOW fsync") == "off"
        with pytest.raises(errors.NotDurable):
            postgres.ensure(home)


def test_without_the_binaries_the_error_names_the_remedy(home: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as without:
        without.setattr("yimen.core.postgres.binaries.find_spec", lambda _: None)
        with pytest.raises(errors.NoBinaries, match=r"yimen\[platform\]"):
            postgres.ensure(home / "without")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("could not write to file: No space left on device", errors.DiskFull),
        ('data directory "/x" has wrong ownership', errors.NotPermitted),
        ('could not bind Unix address "/x/.s": Address already in use', errors.SocketClash),
        ('lock file "/x/.s.PGSQL.5432.lock" already exists', errors.SocketClash),
        ("something nobody foresaw", errors.StartFailed),
    ],
)
def test_each_failure_has_its_own_error(said: str, kind: type[errors.PostgresError]):
    assert type(errors.explain("没有启动。", [said])) is kind


def test_the_socket_is_the_only_door(home: Path):
    with postgres.ensure(home, durable=False):
        tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
        network = {f"socket:[{line.split()[9]}]" for table in tables for line in table}
        held = {str(entry.readlink()) for entry in Path(f"/proc/{server_pid(home)}/fd").iterdir()}

        assert any(name.startswith("socket:") for name in held)
        assert not held & network


def test_stopping_ends_only_the_server_of_this_home(tmp_path: Path):
    one_home, other_home = tmp_path / "one", tmp_path / "other"
    with postgres.ensure(one_home, durable=False), postgres.ensure(other_home, durable=False) as other:
        postgres.stop(one_home, force=True)

        assert not is_running(one_home)
        assert one(other, "SELECT 1") == 1


def test_the_cluster_can_be_asked_whether_it_runs(home: Path):
    at = postgres.ensure(home, durable=False)
    assert Cluster(at.places).running() == server_pid(home)

    at.release()
    assert Cluster(at.places).running() is None
