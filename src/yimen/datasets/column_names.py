"""What departments call their columns: the names they give again and again, and what is meant by them.

Three habits: the initials of the Chinese name in pinyin (`gmsfhm`), English (`id_card`), and the Chinese name itself,
as a heading or as the column's comment. Restated from common use, not from any one department's tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

YES_NO: Mapping[str, str] = {"1": "true", "0": "false", "Y": "true", "N": "false", "是": "true", "否": "false"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column means: our name, the Chinese title, type, length, sensitivity (1 to 4) and codes mapped to ours.

    `keys` is `person` or `org` where records are looked up by it; `names` are what departments call it.
    """

    name: str
    title: str
    type: str
    names: tuple[str, ...]
    length: int | None = None
    level: int = 2
    keys: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    is_stamp: bool = False


def _meaning(name: str, title: str, type_: str, names: str, **more: object) -> Meaning:
    return Meaning(name, title, type_, tuple(names.split()), **more)  # type: ignore[arg-type]  # the keywords of Meaning


MEANINGS: tuple[Meaning, ...] = (
    _meaning(
        "id_number",
        "公民身份号码",
        "string",
        "gmsfhm gmsfzhm sfzh sfzhm sfzhh sfz zjhm zjh idcard id_card idno id_no id_number cert_no "
        "身份证号 身份证号码 身份证 证件号码 公民身份证号",
        length=18,
        level=3,
        keys="person",
    ),
    _meaning(
        "credit_code",
        "统一社会信用代码",
        "string",
        "tyshxydm shxydm xydm tyxydm uscc usc_code credit_code creditcode social_credit_code 社会信用代码 信用代码",
        length=18,
        level=1,
        keys="org",
    ),
    _meaning("name", "姓名", "string", "xm xingming name full_name person_name 名字", length=50, level=3),
    _meaning("sex", "性别", "string", "xb xbdm xingbie sex gender 性别代码", length=10),
    _meaning(
        "born_on",
        "出生日期",
        "date",
        "csrq csny shengri birthday birth_date birthdate date_of_birth dob 生日 出生年月日",
    ),
    _meaning("died_on", "死亡日期", "date", "swrq swsj death_date date_of_death 死亡时间"),
    _meaning("ethnic_group", "民族", "string", "mz mzdm minzu nation ethnic ethnicity 民族代码", length=10, level=3),
    _meaning("native_place", "籍贯", "string", "jg jgdm jiguan native_place", length=50),
    _meaning("nationality", "国籍", "string", "gj gjdm guoji nationality country 国籍代码", length=10),
    _meaning(
        "marital_status",
        "婚姻状况",
        "string",
        "hyzk hyzkdm hunyin marital marital_status marriage 婚姻状态",
        length=10,
        level=3,
    ),
    _meaning("married_on", "结婚登记日期", "date", "jhrq jhdjrq marriage_date 结婚日期", level=3),
    _meaning(
        "household_place",
        "户籍地址",
        "string",
        "hjdz hkszd hjszd hukou household_address registered_address 户口所在地 户籍所在地",
        length=200,
        level=3,
    ),
    _meaning("household_division", "户籍行政区划", "string", "hjqh hjdqh hjqhdm hjxzqh 户籍区划", length=12),
    _meaning("moved_in_on", "迁入日期", "date", "qrrq qianru move_in_date 入户日期 rhrq"),
    _meaning(
        "address",
        "住址",
        "string",
        "zz dz zzxz jzdz xzz address addr home_address residence 地址 现住址 居住地址 联系地址 lxdz",
        length=200,
        level=3,
    ),
    _meaning(
        "division",
        "行政区划代码",
        "string",
        "xzqh xzqhdm qhdm region_code division area_code 区划代码 行政区划",
        length=12,
        level=1,
    ),
    _meaning(
        "phone",
        "联系电话",
        "string",
        "lxdh dh dhhm sjh sjhm yddh phone mobile tel telephone phone_number 手机号 手机号码 电话 移动电话",
        length=20,
        level=3,
    ),
    _meaning("education", "学历", "string", "xl xldm xueli education education_level 最高学历 学历代码", length=20),
    _meaning("degree", "学位", "string", "xw xwdm xuewei degree 学位代码", length=20),
    _meaning(
        "school",
        "毕业院校",
        "string",
        "byyx byxx yxmc xxmc school university college 学校 院校名称 毕业学校 学校名称",
        length=100,
    ),
    _meaning("major", "专业", "string", "zy zymc zhuanye major speciality 专业名称 所学专业", length=100),
    _meaning("graduated_on", "毕业日期", "date", "byrq bysj biye graduation_date graduated_on 毕业时间"),
    _meaning(
        "diploma_number",
        "毕业证书编号",
        "string",
        "byzsh byzsbh zsbh diploma_no certificate_no 证书编号 毕业证书号",
        length=40,
    ),
    _meaning(
        "employer",
        "工作单位",
        "string",
        "gzdw dwmc gongzuodanwei employer company work_unit 所在单位",
        length=100,
    ),
    _meaning("occupation", "职业", "string", "zhiye zydm occupation job 职业代码", length=50),
    _meaning("insured_from", "参保日期", "date", "cbrq cbsj scjfrq insured_from 首次参保日期 参保时间"),
    _meaning(
        "insured_months", "累计缴费月数", "number", "ljjfys ljys jfys insured_months paid_months 缴费月数 累计月数"
    ),
    _meaning("insurance_status", "参保状态", "string", "cbzt cbztdm insurance_status 缴费状态 jfzt", length=20),
    _meaning("contribution_base", "缴费基数", "number", "jfjs contribution_base 缴费工资", level=3),
    _meaning("income", "收入", "number", "sr ysr nsr shouru income annual_income 年收入 月收入", level=4),
    _meaning("disability_class", "残疾类别", "string", "cjlb cjlbdm disability_type 残疾类型", length=20, level=4),
    _meaning("disability_grade", "残疾等级", "string", "cjdj cjdjdm disability_level 残疾级别", length=20, level=4),
    _meaning("discharged_on", "退役日期", "date", "tyrq twrq discharge_date 退伍日期 退役时间"),
    _meaning("service_years", "服役年限", "number", "fynx fwnx 服役年数 军龄"),
    _meaning(
        "bank_account", "银行账号", "string", "yhzh yhkh zh bank_account account_no 银行卡号 账号", length=40, level=4
    ),
    _meaning(
        "organisation_name",
        "单位名称",
        "string",
        "qymc ztmc frmc jgmc mc company_name org_name enterprise_name 企业名称 主体名称 机构名称 法人名称",
        length=200,
        level=1,
    ),
    _meaning(
        "representative",
        "法定代表人",
        "string",
        "fddbr fr frdb frxm legal_person legal_representative 法人 法人代表 经营者 jyz",
        length=50,
    ),
    _meaning(
        "organisation_kind",
        "主体类型",
        "string",
        "ztlx qylx jglx lx org_type company_type 企业类型 机构类型",
        length=50,
        level=1,
    ),
    _meaning(
        "established_on",
        "成立日期",
        "date",
        "clrq slrq kyrq established_on founded establish_date 设立日期 开业日期 注册日期 zcrq",
        level=1,
    ),
    _meaning("registered_capital", "注册资本", "number", "zczb zczj registered_capital capital 注册资金", level=1),
    _meaning("business_scope", "经营范围", "string", "jyfw business_scope scope", length=2000, level=1),
    _meaning(
        "industry",
        "行业代码",
        "string",
        "hydm hylb hyfl hangye industry industry_code 行业 所属行业 行业分类",
        length=10,
        level=1,
    ),
    _meaning(
        "registration_status",
        "登记状态",
        "string",
        "djzt jyzt qyzt registration_status 经营状态 企业状态",
        length=20,
        level=1,
    ),
    _meaning("employees", "从业人数", "number", "cyrs zgrs ygrs employees staff_count 职工人数 员工人数"),
    _meaning("revenue", "营业收入", "number", "yysr xssr revenue turnover 销售收入 主营业务收入", level=3),
    _meaning("tax_paid", "纳税额", "number", "nse nsje sjse tax_paid 纳税金额 实缴税额", level=3),
    _meaning(
        "project_code",
        "项目代码",
        "string",
        "xmdm xmbh xmbm project_code project_no 项目编号 项目编码",
        length=40,
        level=1,
    ),
    _meaning("project_name", "项目名称", "string", "xmmc project_name", length=200, level=1),
    _meaning(
        "licence_number",
        "证照编号",
        "string",
        "zzbh zzhm xkzbh licence_no license_no permit_no 证照号码 许可证号 许可证编号",
        length=60,
        level=1,
    ),
    _meaning(
        "issued_on", "发证日期", "date", "fzrq qfrq bfrq hzrq issued_on issue_date 签发日期 核准日期 颁发日期", level=1
    ),
    _meaning("issuer", "发证机关", "string", "fzjg qfjg bzjg issuer issuing_authority 签发机关", length=100, level=1),
    _meaning(
        "valid_from",
        "有效期起",
        "date",
        "yxqq yxqs qsrq ksrq valid_from start_date 有效期开始 起始日期 开始日期 生效日期",
        level=1,
    ),
    _meaning(
        "valid_until",
        "有效期止",
        "date",
        "yxqz yxqjz jzrq jsrq dqrq valid_until "
        "valid_to expire_date end_date expiry 有效期至 截止日期 结束日期 到期日期",
        level=1,
    ),
    _meaning("amount_yuan", "金额（元）", "number", "je amount money sum 金额 数额"),
    _meaning("status", "状态", "string", "zt ztdm zhuangtai status state 状态代码", length=20),
    _meaning("is_valid", "是否有效", "boolean", "sfyx yxbz yxbj is_valid valid_flag 有效标志", codes=YES_NO, level=1),
    _meaning("remark", "备注", "string", "bz beizhu remark remarks note memo 说明", length=500),
    _meaning(
        "updated_at",
        "更新时间",
        "string",
        "gxsj gxrq xgsj zhgxsj update_time updated_at update_date "
        "last_updated modified modify_time gmt_modified sjc as_of 修改时间 更新日期 最后更新时间 时间戳",
        level=1,
        is_stamp=True,
    ),
)
