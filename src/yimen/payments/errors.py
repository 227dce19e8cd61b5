"""What goes wrong with payments, whoever asks."""

from yimen.core.errors import Conflict, Forbidden, NotFound


class PaymentNotFound(NotFound):
    """No such payment, or not yours to see."""

    code = "payments.payment-not-found"
    title = "没有找到这张拨付单。"


class BatchNotFound(NotFound):
    """No such batch, or not yours to see."""

    code = "payments.batch-not-found"
    title = "没有找到这个拨付批次。"


class NotAPayer(Forbidden):
    """The post is not for paying."""

    code = "payments.not-a-payer"
    title = "只有本部门的拨付人员可以办理。"


class BatchMoved(Conflict):
    """The batch is not in a state for this; often a colleague was quicker."""

    code = "payments.batch-moved"
    title = "这个批次已经有人处理过了。"


class BatchBroken(Conflict):
    """The batch is not what was signed."""

    code = "payments.batch-broken"
    title = "这个批次与冻结时签名的内容不符，不能继续。"
