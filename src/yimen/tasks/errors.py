"""What goes wrong with a task, whoever asks for it."""

from yimen.core.errors import Conflict, Forbidden, NotFound


class TaskNotFound(NotFound):
    """No such task, or not yours to see."""

    code = "tasks.task-not-found"
    title = "没有找到这张督办单。"


class TaskClosed(Conflict):
    """It is closed already."""

    code = "tasks.task-closed"
    title = "这张督办单已经办结。"


class NotYourTask(Forbidden):
    """The post may see the task but not do this to it."""

    code = "tasks.not-yours"
    title = "这张督办单由责任部门的数据专员办理。"
