-- 对外共享：只读视图，供数据交换平台使用。

CREATE UNIQUE INDEX czrk_jbxx_gmsfhm ON gaxt.czrk_jbxx (gmsfhm);
CREATE INDEX fzjl_rybh ON gaxt.fzjl (rybh);

DROP SCHEMA IF EXISTS gxsj CASCADE;
CREATE SCHEMA gxsj;
COMMENT ON SCHEMA gxsj IS '共享数据视图（演示，全部数据虚构）';

CREATE VIEW gxsj.v_czrk_jbxx AS
SELECT gmsfhm, xm, xb_dm, csrq, gxsj FROM gaxt.czrk_jbxx WHERE zxbs = '0';

CREATE VIEW gxsj.v_hj_jbxx AS
SELECT r.gmsfhm, h.hh, h.hjszd_xzqh_dm, h.gxsj
FROM gaxt.czrk_jbxx r JOIN gaxt.hj_jbxx h USING (hh) WHERE r.zxbs = '0';

CREATE VIEW gxsj.v_fzjl_hc AS
SELECT r.gmsfhm, CASE WHEN EXISTS (SELECT FROM gaxt.fzjl f WHERE f.rybh = r.rybh) THEN '1' ELSE '0' END AS sfyfzjl, r.gxsj
FROM gaxt.czrk_jbxx r WHERE r.zxbs = '0';

GRANT USAGE ON SCHEMA gxsj TO exchange_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA gxsj TO exchange_reader;
ALTER ROLE exchange_reader SET search_path = gxsj;
ALTER ROLE exchange_reader SET default_transaction_read_only = on;
ALTER ROLE exchange_reader SET statement_timeout = '5s';
ALTER ROLE exchange_reader CONNECTION LIMIT 20;
ANALYZE;
