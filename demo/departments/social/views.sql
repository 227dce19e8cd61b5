-- 对外共享：只读视图，供数据交换平台使用。

DROP SCHEMA IF EXISTS gxsj CASCADE;
CREATE SCHEMA gxsj;
COMMENT ON SCHEMA gxsj IS '共享数据视图（演示，全部数据虚构）';

CREATE VIEW gxsj.v_cbxx AS SELECT aac002, cbzt_dm, gxsj FROM sbxt.ac01;
CREATE VIEW gxsj.v_sbk AS SELECT aac002, yhzh, khyh, gxsj FROM sbxt.sbk;
CREATE VIEW gxsj.v_jyfw AS
SELECT aac002, CASE WHEN djsyrq IS NULL THEN '0' ELSE '1' END AS sfdjsy, djsyrq, sfjykn, sflqcyzz, gxsj FROM sbxt.jyfw;
CREATE VIEW gxsj.v_dwcb AS
SELECT tyshxydm, lxcb3y, cbrs, zzrs, sybxys, sybxje, cyl, xzyzb, bsjy, gxsj FROM sbxt.dwcb;
CREATE VIEW gxsj.v_dwjy AS
SELECT tyshxydm, jxjd, ddjyrs, ddjyje, zjbtns, (SELECT syl FROM sbxt.tkmb ORDER BY nd DESC LIMIT 1) AS sylmb, gxsj
FROM sbxt.dwjy;
