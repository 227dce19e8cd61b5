"""Of what a document treats: the class printed on its page, else one guessed from its words (主题分类).

Classes are the first level of those the State Council's site files its documents under (政府信息公开主题分类).
"""

import re
from collections.abc import Mapping, Sequence

from yimen.policies.collecting.found import GUESSED, PRINTED, Found
from yimen.policies.collecting.source import Source

WORDS: Mapping[str, Sequence[str]] = {
    "综合政务": ("政务公开", "政务新媒体", "政府网站", "督查", "督促检查", "电子政务", "节假日", "信访", "公文", "行政执法公示", "政务服务", "档案"),
    "国民经济管理、国有资产监管": ("宏观经济", "国有资产", "统计", "价格", "经济体制", "经营者集中", "营商环境"),
    "财政、金融、审计": ("财政", "预算", "税", "金融", "银行", "证券", "保险", "审计", "外汇", "存款", "贴息", "补贴资金"),
    "国土资源、能源": ("土地", "矿产", "煤矿", "能源", "电力", "石油", "不动产"),
    "农业、林业、水利": ("农业", "农村", "粮", "棉", "糖", "林", "水利", "农药", "畜", "渔", "动物防疫", "农机", "农业机械"),
    "工业、交通": ("工业", "交通", "航空", "机场", "铁路", "公路", "船舶", "航运", "电信", "互联网", "专精特新", "制造业", "机动车"),
    "商贸、海关、旅游": ("自由贸易", "自贸", "综合保税区", "海关", "进出口", "外商投资", "旅游", "商务", "出口管制", "市场体系", "中外合资", "中外合作经营"),
    "市场监管、安全生产监管": ("市场监管", "双随机", "质量监督", "安全生产", "事故", "食品", "药品进口", "化妆品", "计量", "商标", "市场主体", "投诉举报", "消费者"),
    "城乡建设、环境保护": ("城市规划", "总体规划", "建设工程", "环境保护", "污染", "废", "地震", "气象", "节能", "绿色建筑", "房屋", "湿地"),
    "科技、教育": ("科技", "科学技术", "教育", "职业教育", "高新技术", "创新", "研究开发", "知识产权", "专利", "学前", "办学"),
    "文化、广电、新闻出版": ("文化", "广播", "电视", "新闻出版", "文物", "博览会", "工艺美术", "上网服务"),
    "卫生、体育": ("卫生", "医", "药", "体育", "运动会", "器官", "艾滋病", "计划生育", "中药"),
    "人口与计划生育、妇女儿童工作": ("人口", "计划生育", "妇女", "儿童"),
    "劳动、人事、监察": ("就业", "劳动", "工资", "社会保险", "人事", "职工", "稳岗", "技能提升", "人力资源", "实习", "见习", "创业担保"),
    "公安、安全、司法": ("公安", "司法", "合法性审核", "法制", "刑事", "国家安全", "警察", "交通事故", "枪支", "森林防火", "矛盾纠纷", "警务"),
    "民政、扶贫、救灾": ("民政", "社会团体", "扶贫", "救灾", "低保", "收养", "社会救助", "红十字", "民办非企业"),
    "民族、宗教": ("民族", "宗教"),
    "对外事务": ("外交", "外事", "条约"),
    "港澳台侨工作": ("香港", "澳门", "台湾", "华侨", "侨"),
    "国防": ("国防", "军", "武警", "化学武器", "士兵", "兵役"),
    "国务院组织机构": ("领导小组", "组成人员", "部际联席会议", "议事协调", "机构设置"),
}  # fmt: skip
ENOUGH = 3


def topic_of(source: Source, *, title: str) -> Found[str] | None:
    """Return the printed class, with `\\` between levels; else the one most words of title and opening speak for."""
    for printed in source.labels.get("topic", ()):
        return Found(re.sub(r"\s*[\\/＼>]\s*", r"\\", printed), f"主题分类：{printed}", PRINTED, "页面标注")
    return guess(title, source.paragraphs)


def guess(title: str, paragraphs: Sequence[str]) -> Found[str] | None:
    """Return the class most words speak for: a word in the title counts as ten in the opening; None if few do."""
    opening = "".join(paragraphs)[:1500]
    points = {
        topic: sum(10 * title.count(word) * len(word) + min(opening.count(word), 8) for word in words)
        for topic, words in WORDS.items()
    }
    best = max(points, key=lambda topic: points[topic])
    if points[best] < ENOUGH:
        return None
    words = [word for word in WORDS[best] if word in title or word in opening]
    return Found(best, f"提到{'、'.join(words[:5])}", GUESSED, "用词")
