-- 投资项目库（演示）：全部数据均为虚构。

DROP SCHEMA IF EXISTS tzxt CASCADE;
CREATE SCHEMA tzxt;
COMMENT ON SCHEMA tzxt IS '投资项目在线审批监管平台（演示，全部数据虚构）';

-- 投资项目
CREATE TABLE tzxt.xm (
    xmdm       varchar(30) PRIMARY KEY,   -- 项目代码
    tyshxydm   char(18) NOT NULL,         -- 统一社会信用代码
    xmmc       varchar(200),              -- 项目名称
    jsnr       varchar(1000),             -- 建设规模和内容
    ztz_wy     numeric(16, 2),            -- 总投资（万元）
    jsdd_xzqh  char(6),                   -- 建设地点行政区划
    sfgdzc     char(1),                   -- 属固定资产投资
    sfhzml     char(1),                   -- 列入核准目录
    cyml_dm    char(1),                   -- 产业目录类别代码
    sffmqd     char(1),                   -- 属负面清单禁止事项
    sfsm       char(1),                   -- 是否涉密
    gxsj       char(14)                   -- 更新时间
);

-- 项目用地
CREATE TABLE tzxt.yd (
    xmdm    varchar(30) PRIMARY KEY,      -- 项目代码
    mj_pfm  numeric(12),                  -- 面积（平方米）
    yt      varchar(60),                  -- 用途
    gxsj    char(14)                      -- 更新时间
);
