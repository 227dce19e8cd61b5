import pytest

from yimen.notices.addresses import BadAddress, read

RELAY = "mailtos://u:p@smtp.example.cn?from=no-reply@example.cn"
INSIDE = ("127.0.0.1", "hooks.inside")


def told(kind, text, relay=RELAY):
    return read(kind, text, relay=relay, private=INSIDE)


@pytest.mark.parametrize(
    ("kind", "text", "url", "label"),
    [
        (
            "wecom",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc",
            "wecombot://693a91f6-7abc",
            "尾号 7abc",
        ),
        (
            "dingtalk",
            "https://oapi.dingtalk.com/robot/send?access_token=abcdef0123",
            "dingtalk://abcdef0123",
            "尾号 0123",
        ),
        (
            "feishu",
            "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-1234-ffff",
            "feishu://abcd-1234-ffff",
            "尾号 ffff",
        ),
        ("mail", "chen@example.cn", f"{RELAY}&to=chen@example.cn", "c***@example.cn"),
        (
            "webhook",
            "http://127.0.0.1:81/a/b?token=x%26y&n=1",
            "json://127.0.0.1:81/a/b?-token=x%26y&-n=1",
            "127.0.0.1",
        ),
        ("webhook", "https://hooks.inside/", "jsons://hooks.inside/", "hooks.inside"),
        ("bark", "http://127.0.0.1:81/device0001/", "bark://127.0.0.1:81/device0001", "127.0.0.1 尾号 0001"),
    ],
)
def test_what_people_copy_becomes_an_address(kind, text, url, label):
    read_as = told(kind, text)

    assert (read_as.url, read_as.label) == (url, label)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=693a91f6"),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/a/../../b"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=a?b&format=x"),
        ("mail", "chen@example.cn,li@example.cn"),
        ("mail", "chen@example.cn&to=li@example.cn"),
        ("mail", "not an address"),
        ("webhook", "ftp://example.cn/"),
        ("webhook", "http://example.cn/hook"),  # not over TLS, and not one of ours
        ("webhook", "https://user:pass@127.0.0.1/"),
        ("webhook", "https://127.0.0.2/hook"),
        ("webhook", "https://[::1]/hook"),
        ("webhook", "https://[::ffff:10.0.0.1]/hook"),
        ("webhook", "https://10.1.2.3/hook"),
        ("webhook", "https://169.254.169.254/latest/meta-data/"),
        ("webhook", "https://[bad/hook"),
        ("webhook", "https://host:99999999/hook"),
        ("webhook", "https:///hook"),
        ("bark", "http://127.0.0.1:81/"),
        ("webhook", "https://127.0.0.1/\x00"),
        ("webhook", "x" * 501),
        ("webhook", ""),
        ("exec", "exec://rm"),
    ],
)
def test_what_is_no_address_or_leads_into_our_own_house_is_refused(kind, text):
    with pytest.raises(BadAddress) as refused:
        told(kind, text)

    assert refused.value.detail


def test_mail_is_offered_only_where_there_is_a_relay():
    with pytest.raises(BadAddress, match="没有开通邮件"):
        told("mail", "chen@example.cn", relay="")
