-- 对外共享：只读视图，供数据交换平台使用。

CREATE UNIQUE INDEX czrk_jbxx_gmsfhm ON gaxt.czrk_jbxx (gmsfhm);
CREATE INDEX fzjl_rybh ON gaxt.fzjl (rybh);

DROP SCHEMA IF EXISTS gxsj CASCADE;
CREATE SCHEMA gxsj;
COMMENT ON SCHEMA gxsj IS '共享数据视图（演示，全部数据虚构）';

CREATE VIEW gxsj.v_czrk_jbxx AS
SELECT gmsfhm, xm, xb_dm, csrq, rylb_dm, swbs, gxsj FROM gaxt.czrk_jbxx;

CREATE VIEW gxsj.v_hj_jbxx AS
SELECT r.gmsfhm, h.hh, h.hjszd_xzqh_dm, h.gxsj
FROM gaxt.czrk_jbxx r JOIN gaxt.hj_jbxx h USING (hh);

CREATE VIEW gxsj.v_fzjl_hc AS
SELECT r.gmsfhm, CASE WHEN EXISTS (SELECT FROM gaxt.fzjl f WHERE f.rybh = r.rybh) THEN '1' ELSE '0' END AS sfyfzjl, r.gxsj
FROM gaxt.czrk_jbxx r;

CREATE VIEW gxsj.v_hj_qs AS
SELECT r.gmsfhm, q.sfyszzn, q.gxsj FROM gaxt.czrk_jbxx r JOIN gaxt.hj_qs q USING (rybh);

CREATE VIEW gxsj.v_jzdj AS
SELECT r.gmsfhm, j.jzzzt_dm, j.jzdjrq, j.gxsj FROM gaxt.czrk_jbxx r JOIN gaxt.jzdj j USING (rybh);
