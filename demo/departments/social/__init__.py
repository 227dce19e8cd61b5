"""Social security (社会保险·演示): a PostgreSQL database of its own. It also keeps the employment service's records.

Columns are numbered as in the trade's data dictionary (aac002 is the ID number) or named by pinyin initials. The
exchange may read six views and nothing else, as the role `social_reader`, which cannot write.

| view | column | meaning | values |
|---|---|---|---|
| v_cbxx 参保信息 | aac002 | 公民身份号码 | the key |
| | cbzt_dm | 参保状态 | 1 参保缴费, 2 暂停, 0 从未参保 |
| v_sbk 社会保障卡 | aac002 | 公民身份号码 | the key; who has no card has no row |
| | yhzh, khyh | 银行账户, 开户银行 | |
| v_jyfw 就业服务 | aac002 | 公民身份号码 | the key |
| | sfdjsy, djsyrq | 曾办失业登记, 日期 | 1 是, 0 否; YYYYMMDD or null |
| | sfjykn | 就业困难人员 | 1 是, 0 否 |
| | sflqcyzz | 已领创业资助 | 1 是, 0 否 |
| v_dwcb 单位参保 | tyshxydm | 统一社会信用代码 | the key |
| | lxcb3y, bsjy | 连续三个月有员工参保, 在本市有职工参保 | 1 是, 0 否 |
| | cbrs, zzrs | 参保职工人数, 在职职工人数 | |
| | sybxys, sybxje | 足额缴纳失业保险费月数, 上年度实缴（元） | |
| | cyl, xzyzb | 上年度裁员率（%）, 近 12 个月新招用符合条件人员占比（%） | null for a firm without a full year |
| v_dwjy 单位就业服务 | tyshxydm | 统一社会信用代码 | the key |
| | jxjd | 就业见习基地 | 1 是, 0 否 |
| | ddjyrs, ddjyje, zjbtns | 带动就业人数, 已领补贴（元）, 已享受租金补贴年数 | |
| v_zyjx 招用和见习 | tyshxydm | 统一社会信用代码 | the key |
| | zymd, jxmd | 招用人员名单, 见习人员名单 | JSON in the form agreed for the exchange, nobody's name in it |
| v_dwjy | sylmb | 上年度全国城镇调查失业率控制目标（%） | the same for everybody |

Every view also has gxsj, the time of the last update. Of a thousand organisations twenty have no record.
"""
