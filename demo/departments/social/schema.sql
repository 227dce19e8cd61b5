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
    gxsj      char(14)               -- 更新时间
);
