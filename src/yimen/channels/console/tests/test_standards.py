"""The bureau keeps the standards; whoever uses data looks them up."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.standards import queries

BACKEND = "yimen.config.backends.AccountBackend"
SEX = "/console/standards/lists/sex/"
pytestmark = pytest.mark.django_db


def seat(role=Post.Role.DATA_STEWARD):
    parties.agency()
    client = Client()
    client.force_login(parties.desk(role), backend=BACKEND)
    return client


def uploaded(client, text, **changes):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(f"{SEX}compare", {"file": SimpleUploadedFile("sex.csv", content)})


def test_elements_and_lists_are_found_by_their_words():
    client = seat(Post.Role.DATA_OFFICER)

    found = client.get("/console/standards/?q=出生").content.decode()

    assert "person.birth-date" in found
    assert "person.sex" not in found
    assert "GB/T 2261.1-2003" in client.get("/console/standards/?q=性别").content.decode()


def test_an_element_shows_what_it_means_and_who_uses_it():
    shown = seat(Post.Role.AUDITOR).get("/console/standards/elements/person.sex/").content.decode()

    assert "自然人的性别" in shown
    assert "还没有人用" in shown


def test_a_list_shows_the_codes_that_are_over_with_what_came_after():
    shown = seat(Post.Role.AUDITOR).get("/console/standards/lists/division/").content.decode()

    assert "已失效的代码" in shown


def test_a_new_edition_is_shown_before_it_is_kept():
    client = seat()
    asked = uploaded(client, "code,name\n0,未知的性别\n1,男性\n2,女\n3,新增\n")

    assert asked.status_code == 200
    page = asked.content.decode()
    assert "新增 3" in page
    assert "失效 9" in page
    assert "9" in queries.codes_of("sex")

    kept = client.post(f"{SEX}confirm", {"text": "code,name\n0,未知的性别\n1,男性\n2,女\n3,新增\n"})
    assert kept.status_code == 303
    assert queries.codes_of("sex") == {"0": "未知的性别", "1": "男性", "2": "女", "3": "新增"}
    assert "未说明的性别" in client.get(SEX).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("code,name\n1,男\n1,女\n", "第 2 行"),
        ("一,二\n", "缺少列"),
        (b"\xff\xfe\xff\xff\x80", "编码"),
        ("code,name\n=1+1,男\n", "公式"),
        ("code,name\n" + "".join(f"{n},{'名' * 60}\n" for n in range(2000)), "yimen standards import"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(content, words):
    answer = uploaded(seat(), content)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(queries.codes_of("sex")) == 4


def test_without_a_file_it_says_so():
    assert seat().post(f"{SEX}compare").status_code == 422


@pytest.mark.parametrize("role", [Post.Role.DATA_OFFICER, Post.Role.AUDITOR])
def test_only_the_bureau_imports(role):
    client = seat(role)

    assert "导入新版本" not in client.get(SEX).content.decode()
    assert uploaded(client, "code,name\n1,男\n").status_code == 403
    assert client.post(f"{SEX}confirm", {"text": "code,name\n1,男\n"}).status_code == 403


@pytest.mark.parametrize("address", ["lists/nothing/", "elements/nothing/", "lists/nothing/export"])
def test_what_is_not_there_is_not_found(address):
    assert seat().get(f"/console/standards/{address}").status_code == 404


def test_a_list_is_downloaded_as_it_can_be_read_again():
    answer = seat(Post.Role.AUDITOR).get(f"{SEX}export")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().splitlines()[1].startswith("0,未知的性别")
