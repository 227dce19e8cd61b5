"""Public security (公安·演示): a PostgreSQL database of its own, as such systems look after twenty years.

Tables and columns are named by the initials of their pinyin, dates are eight digits, sex is a code. The exchange may
read five views and nothing else, as the role `police_reader`, which cannot write.

| view | column | meaning | values |
|---|---|---|---|
| v_czrk_jbxx 常住人口基本信息 | gmsfhm | 公民身份号码 | the key |
| | xm | 姓名 | |
| | xb_dm | 性别代码 (GB/T 2261.1) | 1 男, 2 女 |
| | csrq | 出生日期 | YYYYMMDD |
| | rylb_dm | 人员类别 | 1 本市户籍, 2 内地非本市, 3 港澳台, 4 外国人, 5 华侨, 6 现役军人 |
| | swbs | 死亡标识 | 0 在世, 1 死亡 |
| | gxsj | 更新时间 | YYYYMMDDhhmmss, Beijing time |
| v_hj_jbxx 户籍基本信息 | gmsfhm | 公民身份号码 | the key |
| | hh | 户号 | |
| | hjszd_xzqh_dm | 户籍所在地行政区划代码 (GB/T 2260) | six digits, or null |
| | gxsj | 更新时间 | as above |
| v_hj_qs 亲属关系核查 | gmsfhm | 公民身份号码 | the key |
| | sfyszzn | 是否有本市户籍子女 | 1 有, 0 无 |
| v_jzdj 居住登记 | gmsfhm | 公民身份号码 | the key |
| | jzzzt_dm | 居住证状态 | 0 未办, 1 有效, 2 中止, 3 注销 |
| | jzdjrq | 居住登记日期 | YYYYMMDD, or null |
| v_fzjl_hc 犯罪记录核查 | gmsfhm | 公民身份号码 | the key |
| | sfyfzjl | 是否有犯罪记录 | 1 有, 0 无 |
| | gxsj | 更新时间 | as above |

Everybody of the population has a row in each view: "no record" (0) is an answer, no row means that nobody knows.
"""
