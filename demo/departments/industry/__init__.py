"""Industry and information technology (工业和信息化·演示): a PostgreSQL database of its own.

It also keeps what the SME service and science and innovation know. The exchange may read three views and nothing else,
as the role `industry_reader`, which cannot write. Tables and columns are named by pinyin initials.

| view | column | meaning | values |
|---|---|---|---|
| v_qych 企业称号 | tyshxydm | 统一社会信用代码 | the key |
| | chlb | 有效称号 | codes with commas between, empty for none |
| | zjtx_rq, xjr_rq, gxjs_rq | 认定（发证）日期 | YYYYMMDD or null |
| v_qyjy 企业经营和申报 | tyshxydm | | the key |
| | hx_dm | 企业划型 | 1 大, 2 中, 3 小, 4 微, or null |
| | sfxz, jnzg | 属限制或禁止行业, 节能监察整改未完成 | 1 是, 0 否 |
| | xfnx, sfxcp, pjdf | 细分市场年限, 属新产品, 发展评价得分 | |
| | sfkq, sflj | 市场占有率较为靠前, 属六基或关键环节 | 1, 0; null until judged |
| | scl, gnpm, qqpm | 市场占有率（%）, 国内排名, 全球排名 | what the firm declared |
| | ai_dc, ai_tr, mx_ba | AI 项目等次, 核定投入（元）, 所购模型已备案 | 0 无, 1 示范, 2 标杆 |
| v_kjcx 科技创新 | tyshxydm | | the key |
| | jsly_dm | 核心技术领域 | 0 不属于, 1 电子信息, 2 生物医药, … 8 先进制造 |
| | cxdf, kjdf, kjrydf | 创新能力得分, 科技型中小企业得分, 科技人员得分 | null where nothing was filed |
| | kjryzb, sfkjj | 科技人员占比（%）, 科技奖励豁免 | |

Titles: CXX 创新型中小企业, ZJTX 专精特新, XJR 小巨人, DXGJ 单项冠军, GXJS 高新技术企业, KJX 科技型中小企业,
LSGC 绿色工厂（市级）.
Every view also has gxsj, the time of the last update. Who declared nothing has nulls; of a thousand firms ten have no
row; of a hundred titles three have no day.
"""
