"""Development and reform (发展改革·演示): a PostgreSQL database of its own, keyed by project code.

An organisation gets its project's code and states what it plans on this department's platform first (赋码); filing
comes after. The exchange may read three views and nothing else, as the role `reform_reader`, which cannot write.

| view | column | meaning | values |
|---|---|---|---|
| v_tzxm 投资项目 | xmdm, tyshxydm | 项目代码, 统一社会信用代码 | the key is both |
| | xmmc, jsnr, ztz_wy, jsdd_xzqh | 名称, 建设内容, 总投资（万元）, 建设地点 | |
| | sfgdzc | 属固定资产投资 | 1 是, 0 否 |
| | sfhzml | 列入核准目录 | 1 是, 0 否 |
| | cyml_dm | 产业目录类别 | 1 鼓励, 2 允许, 3 限制, 4 淘汰 |
| | sffmqd | 属负面清单禁止事项 | 1 是, 0 否 |
| v_smxm 涉密审查 | xmdm, tyshxydm, sfsm | 是否涉密 | 1 是, 0 否; the secrecy bureau's word, kept here |
| v_yd 项目用地 | xmdm, mj_pfm, yt | 面积（平方米）, 用途 | |

Every view also has gxsj, the time of the last update.
"""
