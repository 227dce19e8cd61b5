-- 对外共享：只读视图，供数据交换平台使用。

DROP SCHEMA IF EXISTS gxsj CASCADE;
CREATE SCHEMA gxsj;
COMMENT ON SCHEMA gxsj IS '共享数据视图（演示，全部数据虚构）';

CREATE VIEW gxsj.v_qych AS
SELECT q.tyshxydm, coalesce(c.chlb, '') AS chlb, c.zjtx_rq, c.xjr_rq, c.gxjs_rq, q.gxsj
FROM qypy.qy q LEFT JOIN LATERAL (
    SELECT string_agg(ch_dm, ',' ORDER BY ch_dm) AS chlb,
           max(gbrq) FILTER (WHERE ch_dm = 'ZJTX') AS zjtx_rq,
           max(gbrq) FILTER (WHERE ch_dm = 'XJR') AS xjr_rq,
           max(gbrq) FILTER (WHERE ch_dm = 'GXJS') AS gxjs_rq
    FROM qypy.ch WHERE ch.tyshxydm = q.tyshxydm
) c ON true;

CREATE VIEW gxsj.v_qyjy AS
SELECT q.tyshxydm, q.hx_dm, q.sfxz, q.jnzg, s.xfnx, s.sfxcp, s.pjdf, s.sfkq, s.sflj, s.scl, s.gnpm, s.qqpm,
       q.ai_dc, q.ai_tr, q.mx_ba, q.gxsj
FROM qypy.qy q LEFT JOIN qypy.sb s USING (tyshxydm);

CREATE VIEW gxsj.v_kjcx AS SELECT tyshxydm, jsly_dm, cxdf, kjdf, kjrydf, kjryzb, sfkjj, gxsj FROM qypy.kj;
