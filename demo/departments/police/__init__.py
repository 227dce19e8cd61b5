"""Public security (公安·演示): a PostgreSQL database of its own, as such systems look after twenty years.

Tables and columns are named by the initials of their pinyin, dates are eight digits, sex is a code. The exchange may
read three views and nothing else, as the role `exchange_reader`, which cannot write.

| view | column | meaning | values |
|---|---|---|---|
| v_czrk_jbxx 常住人口基本信息 | gmsfhm | 公民身份号码 | the key |
| | xm | 姓名 | |
| | xb_dm | 性别代码 (GB/T 2261.1) | 1 男, 2 女 |
| | csrq | 出生日期 | YYYYMMDD |
| | gxsj | 更新时间 | YYYYMMDDhhmmss, Beijing time |
| v_hj_jbxx 户籍基本信息 | gmsfhm | 公民身份号码 | the key |
| | hh | 户号 | |
| | hjszd_xzqh_dm | 户籍所在地行政区划代码 (GB/T 2260) | six digits, or null |
| | gxsj | 更新时间 | as above |
| v_fzjl_hc 犯罪记录核查 | gmsfhm | 公民身份号码 | the key |
| | sfyfzjl | 是否有犯罪记录 | 1 有, 0 无 |
| | gxsj | 更新时间 | as above |

Everybody of the population has a row in each view: "no record" (0) is an answer, no row means that nobody knows.
"""
