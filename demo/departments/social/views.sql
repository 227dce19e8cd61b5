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

-- 名单不含姓名和身份号码，按共享约定的格式给出。
CREATE VIEW gxsj.v_zyjx AS
SELECT d.tyshxydm, coalesce(z.zymd, '[]') AS zymd, coalesce(j.jxmd, '[]') AS jxmd, d.gxsj
FROM sbxt.dwjy d
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'category', (ARRAY['graduate_year', 'graduate_2y_unemployed', 'youth_16_24_unemployed', 'employment_hardship',
                           'poverty_alleviated', 'veteran_1y', 'other'])[rylb_dm::integer],
        'hired_on', ryrq, 'contract_signed', htqx > 0, 'contract_months', htqx, 'insurance_months', jfys,
        'insurance_types', xz, 'still_employed', sfzg = '1', 'previously_claimed', sfxsgbt = '1') ORDER BY xh)::text AS zymd
    FROM sbxt.zyry r WHERE r.tyshxydm = d.tyshxydm
) z ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'category', (ARRAY['graduate_2y_unemployed', 'youth_16_24_unemployed', 'other'])[rylb_dm::integer],
        'months', jxys, 'allowance_ratio', btbl, 'accident_insurance', ywx = '1') ORDER BY xh)::text AS jxmd
    FROM sbxt.jxry r WHERE r.tyshxydm = d.tyshxydm
) j ON true;
