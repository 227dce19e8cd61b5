-- 社会保险库（演示）：全部数据均为虚构。

DROP SCHEMA IF EXISTS sbxt CASCADE;
CREATE SCHEMA sbxt;
COMMENT ON SCHEMA sbxt IS '社会保险信息系统（演示，全部数据虚构）';

-- 个人参保
CREATE TABLE sbxt.ac01 (
    aac002   char(18) PRIMARY KEY,   -- 公民身份号码
    cbzt_dm  char(1) NOT NULL,       -- 参保状态代码
    gxsj     char(14)                -- 更新时间
);

-- 社会保障卡
CREATE TABLE sbxt.sbk (
    aac002  char(18) PRIMARY KEY,    -- 公民身份号码
    yhzh    varchar(30) NOT NULL,    -- 银行账户
    khyh    varchar(60),             -- 开户银行
    gxsj    char(14)                 -- 更新时间
);

-- 就业服务
CREATE TABLE sbxt.jyfw (
    aac002    char(18) PRIMARY KEY,  -- 公民身份号码
    djsyrq    char(8),               -- 失业登记日期
    sfjykn    char(1),               -- 是否就业困难人员
    sflqcyzz  char(1),               -- 是否领取过创业资助
    gxsj      char(14)               -- 更新时间
);

-- 单位参保
CREATE TABLE sbxt.dwcb (
    tyshxydm  char(18) PRIMARY KEY,  -- 统一社会信用代码
    lxcb3y    char(1),               -- 连续三个月有员工参保
    cbrs      numeric(8),            -- 参保职工人数
    zzrs      numeric(8),            -- 在职职工人数
    sybxys    numeric(4),            -- 足额缴纳失业保险费月数
    sybxje    numeric(14, 2),        -- 上年度实缴失业保险费（元）
    cyl       numeric(6, 2),         -- 上年度裁员率（%）
    xzyzb     numeric(6, 2),         -- 近12个月新招用符合条件人员占比（%）
    bsjy      char(1),               -- 在本市有职工参保
    gxsj      char(14)               -- 更新时间
);

-- 单位就业服务
CREATE TABLE sbxt.dwjy (
    tyshxydm  char(18) PRIMARY KEY,  -- 统一社会信用代码
    jxjd      char(1),               -- 就业见习基地
    ddjyrs    numeric(6),            -- 符合条件的带动就业人数
    ddjyje    numeric(12, 2),        -- 已领带动就业补贴（元）
    zjbtns    numeric(2),            -- 已享受租金补贴年数
    gxsj      char(14)               -- 更新时间
);

-- 招用人员
CREATE TABLE sbxt.zyry (
    tyshxydm  char(18) NOT NULL,     -- 统一社会信用代码
    xh        integer NOT NULL,      -- 序号
    rylb_dm   char(1),               -- 人员类别代码
    ryrq      date,                  -- 入职日期
    htqx      integer,               -- 劳动合同期限（月），0 未签订
    jfys      integer,               -- 足额缴费月数
    xz        varchar(60),           -- 参加险种
    sfzg      char(1),               -- 是否在岗
    sfxsgbt   char(1),               -- 已享受同类补贴
    PRIMARY KEY (tyshxydm, xh)
);

-- 见习人员
CREATE TABLE sbxt.jxry (
    tyshxydm  char(18) NOT NULL,     -- 统一社会信用代码
    xh        integer NOT NULL,      -- 序号
    rylb_dm   char(1),               -- 人员类别代码
    jxys      integer,               -- 见习月数
    btbl      numeric(6, 2),         -- 见习补贴占最低工资比例（%）
    ywx       char(1),               -- 已购买意外伤害保险
    PRIMARY KEY (tyshxydm, xh)
);

-- 调控目标
CREATE TABLE sbxt.tkmb (
    nd    char(4) PRIMARY KEY,       -- 年度
    syl   numeric(4, 2)              -- 全国城镇调查失业率控制目标（%）
);
