"""Why a case of the suite has no batch: what is not compiled yet, and what never will be.

A reason is a sentence of `NotCompilable`, or a part of one where the rest of it varies.
"""

NOT_YET_COMPILED = (
    "列表、区间、上下文或函数不能逐行存成一列。",  # a constant list or context put out, a list read whole
    "结果是列表。",
    "结果是嵌套的上下文。",
    "结果不是一个值。",
    "列表的筛选不能编译成批量。",
    "这里只能编译写明各项的列表。",
    "string join 只能编译写明各项的列表",
    "count 只能编译写明各项的列表。",
    "循环只能走过写明各项的列表。",
    "partial 不能编译成批量。",
    "实参与形参的类型不同",
    "决策服务和调用自己的函数不能编译成批量。",
    "结果要逐行核对是否为",
    "日期时间的加减不能编译成批量。",
    "除法的商除不尽",
    "商与可能为空值的数不能比较是否相等。",
    "between 的一端是除不尽的商。",
    "这种命中策略只能编译输出是常量的表格。",
    "收集多个输出列的表格不能编译成批量。",
    "时长的除法不能编译成批量",
    "不能作为一列。",  # a fact that is a list or a context
    "if 的两支要各是一个值",
    "instance of 不能编译成批量",
)
NEVER_COMPILED = (
    "事实是空值：批量里没有空的事实。",  # NULL is unknown
    "事实的值放不进一列。",
    "决策服务要有输入决策的值。",
    "超过 34 位，列里算不准。",  # no database reckons so far without rounding otherwise
    "常量要算太多轮。",
    "函数互相调用太深，或没有尽头。",
    "常量的计算没有尽头。",
    "位数太多。",
    "表达式有误：",
    "表格没有行。",
    "同一个结果有几种类型：",  # a column has one type
    "收集列表的表格有默认输出",
    "取机器的时间，批量的结果无法重算。",
    "乘方不能编译成批量：数据库按浮点计算。",
    "没有对应的列类型。",  # times; dates and durations too wide or too fine for a column
)
FUNCTIONS = ("函数 ", " 不能编译成批量。")
"""A built-in function that is not compiled: `functions.py` says which are."""


def is_listed(reason):
    """Whether a reason is one of those listed."""
    is_function = reason.startswith(FUNCTIONS[0]) and reason.endswith(FUNCTIONS[1])
    return is_function or any(one in reason for one in (*NOT_YET_COMPILED, *NEVER_COMPILED))
