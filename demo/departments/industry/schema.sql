-- 企业培育库（演示）：全部数据均为虚构。

DROP SCHEMA IF EXISTS qypy CASCADE;
CREATE SCHEMA qypy;
COMMENT ON SCHEMA qypy IS '企业培育服务系统（演示，全部数据虚构）';

-- 企业
CREATE TABLE qypy.qy (
    tyshxydm  char(18) PRIMARY KEY,   -- 统一社会信用代码
    hx_dm     char(1),                -- 企业划型代码
    sfxz      char(1),                -- 属限制或禁止行业
    jnzg      char(1),                -- 节能监察整改未完成
    ai_dc     char(1),                -- 人工智能应用项目等次
    ai_tr     numeric(14),            -- 核定投入（元）
    mx_ba     char(1),                -- 所购模型服务已备案
    gxsj      char(14)                -- 更新时间
);

-- 称号
CREATE TABLE qypy.ch (
    tyshxydm  char(18) NOT NULL,      -- 统一社会信用代码
    ch_dm     varchar(8) NOT NULL,    -- 称号代码
    gbrq      char(8),                -- 公布日期
    PRIMARY KEY (tyshxydm, ch_dm)
);

-- 梯度培育平台申报
CREATE TABLE qypy.sb (
    tyshxydm  char(18) PRIMARY KEY,   -- 统一社会信用代码
    xfnx      numeric(5, 1),          -- 从事细分市场年限
    sfxcp     char(1),                -- 属新产品
    pjdf      numeric(5, 2),          -- 发展评价得分
    sfkq      char(1),                -- 市场占有率较为靠前
    sflj      char(1),                -- 属六基或关键环节
    scl       numeric(5, 2),          -- 市场占有率（%）
    gnpm      numeric(4),             -- 国内排名
    qqpm      numeric(4)              -- 全球排名
);

-- 科技创新
CREATE TABLE qypy.kj (
    tyshxydm  char(18) PRIMARY KEY,   -- 统一社会信用代码
    jsly_dm   char(1),                -- 核心技术领域代码
    cxdf      numeric(5, 2),          -- 创新能力评价得分
    kjdf      numeric(5, 2),          -- 科技型中小企业评价得分
    kjrydf    numeric(5, 2),          -- 科技人员指标得分
    kjryzb    numeric(5, 2),          -- 科技人员占比（%）
    sfkjj     char(1),                -- 科技奖励豁免情形
    gxsj      char(14)                -- 更新时间
);
