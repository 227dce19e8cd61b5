"""One family for every failure we expect; anything else is a bug and stays a 500.

    DomainError
    ├── Invalid          422  the request breaks a rule
    ├── NotFound         404  no such thing, or not yours to see
    ├── Conflict         409  not in this state
    ├── Forbidden        403  visible, but not for you to do
    ├── Unauthenticated  401  who is asking?
    ├── TooMany          429  more often than is allowed
    ├── Unavailable      503  a source did not answer
    └── Unreadable       400  the request cannot be read at all
        ├── WrongMethod  405  not with this method
        ├── TooLarge     413  more than is taken
        └── WrongMedia   415  in a form that is not taken

Concrete classes live beside the function that raises them.
"""

from typing import ClassVar


class DomainError(Exception):
    """A failure we expect, with words for the person it meets.

    `detail` says in Chinese what is wrong, with which value, and what to do; never a name, an ID number or an inside
    address. `fields` are the named values a program may read; they must be plain JSON values.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "操作没有完成。"

    def __init__(self, detail: str = "", **fields: object) -> None:
        """Keep the sentence and the named values."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields = fields


class Invalid(DomainError):
    """The request breaks a rule; correcting the value it names will help."""

    code = "invalid"
    title = "填写的内容有误，请改正后再试。"


class NotFound(DomainError):
    """No such thing, or not yours to see: the two are answered alike on purpose."""

    code = "not-found"
    title = "没有找到您要的内容。"


class Conflict(DomainError):
    """The thing is not in a state that allows this."""

    code = "conflict"
    title = "当前状态下不能这样操作。"


class Forbidden(DomainError):
    """You may see it, but not do this to it."""

    code = "forbidden"
    title = "您没有进行这项操作的权限。"


class Unauthenticated(DomainError):
    """It is not known who is asking."""

    code = "unauthenticated"
    title = "请先证明您的身份。"


class Unavailable(DomainError):
    """Somebody else's system did not answer; trying again later may help."""

    code = "unavailable"
    title = "有一个系统暂时没有响应，请稍后再试。"


class TooMany(DomainError):
    """Asked more often than is allowed; waiting will help."""

    code = "too-many"
    title = "次数太多，请稍后再试。"


class Unreadable(DomainError):
    """The request cannot be read, so nothing can be said of what it asks."""

    code = "unreadable"
    title = "请求无法识别。"


class WrongMethod(Unreadable):
    """The address is there, but not for this method."""

    code = "wrong-method"
    title = "这个地址不支持这个方法。"


class TooLarge(Unreadable):
    """The request is larger than is taken."""

    code = "too-large"
    title = "提交的内容太大。"


class WrongMedia(Unreadable):
    """The content is in a form that is not taken here."""

    code = "wrong-media"
    title = "不支持这种内容格式。"
