"""What part of a document speaks of what: whom it is for, how much, on what conditions, when, how."""

import re
from enum import StrEnum

from yimen.policies.decomposing.outline import Node
from yimen.policies.decomposing.reading import squeeze


class Role(StrEnum):
    """What a part of a policy is about."""

    SUBJECTS = "subjects"
    STANDARD = "standard"
    CONDITIONS = "conditions"
    EXCLUSIONS = "exclusions"
    MODE = "mode"
    MATERIALS = "materials"
    WINDOW = "window"
    PROCEDURE = "procedure"
    CONTACT = "contact"
    OTHER = "other"
    NONE = ""


_HEADINGS = (
    (Role.EXCLUSIONS, r"不予|不受理|除外|负面清单|不得申报|限制|不适用|不纳入|排除"),
    (Role.CONTACT, r"联系|咨询|服务热线"),
    (Role.MATERIALS, r"材料|资料(?!留存)|附件"),
    (
        Role.OTHER,
        r"举例|示例|附则|其他|其它|工作要求|组织(?:保障|实施)|监督|责任|术语|计算$|计算方法|解释|总则|总体|目标|原则|保障|依据|适用说明|退出|动态管理|绩效",
    ),
    (
        Role.WINDOW,
        r"(?:申报|申请|申领|领取|受理|办理|填报|兑现|时间|提交)(?:时间|时限|期限|日期|安排)|时间(?:安排|要求)?$|时限|^期限|受理期|执行期",
    ),
    (Role.MODE, r"(?:办理|经办|享受|兑现|申领|申请|申报|受理|发放|实施)(?:方式|渠道|途径)|免申即享"),
    (Role.PROCEDURE, r"程序|流程|拨付|审核|评价方式|公示|步骤|评审|认定程序"),
    (
        Role.STANDARD,
        r"(?:奖励|补贴|补助|资助|支持|返还|扶持|奖补|优惠|贴息|兑现)(?:类别|内容|方式|标准|额度|政策|措施|项目|范围|金额)|标准$|额度$|受理项目|支持类别|标准及|奖补内容",
    ),
    (Role.SUBJECTS, r"对象|主体|申请人(?:范围|资格)?$|适用范围|适用企业|参评范围|受益人"),
    (Role.CONDITIONS, r"条件|(?:申报|申请|基本|评选|认定|推荐)要求|资格|门槛"),
)


def role_of(heading: str) -> Role:
    """Return what a heading announces; NONE where it names a thing of its own, such as a measure."""
    words = squeeze(heading).text
    return next((role for role, pattern in _HEADINGS if re.search(pattern, words)), Role.NONE)


EXCLUDES = re.compile(
    r"不予(?!以|公开)|不得(?:申报|申请|享受)|不(?:能|可)(?:申报|享受)|不属于(?:补助|支持|奖励|补贴)对象|不适用|"
    r"(?:无|不存在|没有|不得有)(?:下列|以下|如下)(?:情形|行为|情况)|取消(?:申报)?资格|不纳入|一票否决"
)
"""What says that whoever it is said of gets nothing."""
_APPLIES = re.compile(r"^本(?:办法|措施|规定|细则|政策|通知|规程)适用于")
_NONE_OF = re.compile(r"(?:有|存在|属于)(?:下列|以下|如下)(?:情形|行为|情况)(?:之一)?[^。]{0,6}不(?:予|得)")
ALTERNATIVES = re.compile(
    r"(?:下列|以下|如下|上述)?(?:情形|条件|情况|要求|标准|类型)?之一|任一(?:条件|情形|项)?|任意一项|(?:满足|符合)其中一项|至少(?:满足|符合)一项"
)
DEMANDS_LIST = re.compile(r"(?:满足|符合|具备|达到)[^，。；]{0,8}(?:：|条件|要求)?：?$|条件(?:如下)?：?$")
"""What introduces a list of conditions."""


def role_in(node: Node, above: Role) -> Role:
    """Return what a node is about: by its heading, else by its words, else as what it stands in."""
    if node.heading and (role := role_of(node.heading)) is not Role.NONE:
        return role
    words = squeeze(node.body or node.heading).text
    if above in {Role.NONE, Role.OTHER}:
        if _APPLIES.search(words):
            return Role.SUBJECTS
        if _NONE_OF.search(words):
            return Role.EXCLUSIONS
    if above in {Role.NONE, Role.CONDITIONS, Role.SUBJECTS} and EXCLUDES.search(words):
        return Role.EXCLUSIONS
    return above
