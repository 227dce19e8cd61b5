-- 公安人口库（演示）：全部数据均为虚构。

DROP SCHEMA IF EXISTS gaxt CASCADE;
CREATE SCHEMA gaxt;
COMMENT ON SCHEMA gaxt IS '公安信息系统（演示，全部数据虚构）';

-- 常住人口基本信息
CREATE TABLE gaxt.czrk_jbxx (
    rybh    varchar(23) PRIMARY KEY,   -- 人员编号
    gmsfhm  char(18) NOT NULL,         -- 公民身份号码
    xm      varchar(50) NOT NULL,      -- 姓名
    xb_dm   char(1),                   -- 性别代码
    csrq    char(8),                   -- 出生日期
    hh      varchar(10),               -- 户号
    rylb_dm char(1),                   -- 人员类别代码
    swbs    char(1) DEFAULT '0',       -- 死亡标识
    gxsj    char(14)                   -- 更新时间
);

-- 户
CREATE TABLE gaxt.hj_jbxx (
    hh              varchar(10) PRIMARY KEY,   -- 户号
    hjszd_xzqh_dm   char(6),                   -- 户籍所在地行政区划代码
    hlx_dm          char(1),                   -- 户类型代码
    gxsj            char(14)                   -- 更新时间
);

-- 犯罪记录
CREATE TABLE gaxt.fzjl (
    jlbh    varchar(20) PRIMARY KEY,   -- 记录编号
    rybh    varchar(23) NOT NULL,      -- 人员编号
    ajlb_dm char(6),                   -- 案件类别代码
    pjrq    char(8)                    -- 判决日期
);

-- 亲属关系
CREATE TABLE gaxt.hj_qs (
    rybh     varchar(23) PRIMARY KEY,   -- 人员编号
    sfyszzn  char(1),                   -- 是否有本市户籍子女
    gxsj     char(14)                   -- 更新时间
);

-- 居住登记和居住证
CREATE TABLE gaxt.jzdj (
    rybh      varchar(23) PRIMARY KEY,   -- 人员编号
    jzzzt_dm  char(1),                   -- 居住证状态代码
    jzdjrq    char(8),                   -- 居住登记日期
    gxsj      char(14)                   -- 更新时间
);
