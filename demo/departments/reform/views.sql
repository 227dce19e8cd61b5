-- 对外共享：只读视图，供数据交换平台使用。

DROP SCHEMA IF EXISTS gxsj CASCADE;
CREATE SCHEMA gxsj;
COMMENT ON SCHEMA gxsj IS '共享数据视图（演示，全部数据虚构）';

CREATE VIEW gxsj.v_tzxm AS
SELECT xmdm, tyshxydm, xmmc, jsnr, ztz_wy, jsdd_xzqh, sfgdzc, sfhzml, cyml_dm, sffmqd, gxsj FROM tzxt.xm;
CREATE VIEW gxsj.v_smxm AS SELECT xmdm, tyshxydm, sfsm, gxsj FROM tzxt.xm;
CREATE VIEW gxsj.v_yd AS SELECT xmdm, mj_pfm, yt, gxsj FROM tzxt.yd;
