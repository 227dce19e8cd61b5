-- The peer: the same rows read and written in the same tables, values ready made; no HTTP, no rules, no signature.
SELECT nextval('bench_place') AS place \gset
SELECT session, case_id, account_id, person_id FROM bench_tickets WHERE place = :place::bigint \gset
SELECT session_data FROM django_session WHERE session_key = :session AND expire_date > now();
SELECT * FROM parties_account WHERE id = :account_id::bigint;
SELECT * FROM parties_party WHERE id = :person_id::uuid;
SELECT id AS item_id FROM items_itemversion WHERE item_id = 'social-insurance-certificate' AND effective_from <= current_date ORDER BY number DESC LIMIT 1 \gset
SELECT id AS rule_id FROM rules_ruleversion WHERE name = 'social-insurance-certificate' AND effective_from <= current_date ORDER BY number DESC LIMIT 1 \gset
BEGIN;
SELECT status FROM cases_case WHERE id = :case_id::uuid FOR UPDATE;
UPDATE cases_case SET status = 'APPROVED', number = 'bench-' || :place::text, query_code = 'B' || :place::text, submitted_at = now(), concluded_at = now(), answers = '{"application.data_authorised": "true"}' WHERE id = :case_id::uuid;
INSERT INTO cases_casefact (case_id, fact, state, behind, value, dataset, agency, read_at, entry, says) VALUES (:case_id::uuid, 'application.data_authorised', 'KNOWN', '', 'true', '', '', now(), '', '[]'), (:case_id::uuid, 'application.date', 'KNOWN', '', '"2026-11-24"', '', '', now(), '', '[]'), (:case_id::uuid, 'person.social_insurance_status', 'KNOWN', '', '"active"', 'social-insurance', '市社会保险基金管理局', now(), '1', '[]');
INSERT INTO cases_decision (case_id, made_by, verdict, rule_version_id, conditions, failing, missing, route, trace, reason, actor_id, actor_label, decided_at, near_miss) VALUES (:case_id::uuid, 'RULES', 'approve', :rule_id::bigint, (SELECT row FROM bench_values WHERE name = 'conditions'), '{}', '{}', '', (SELECT row FROM bench_values WHERE name = 'trace'), '各项条件均已核验符合，系统自动批准。', 'cases.resolve', '市社会保险基金管理局（系统自动核验）', now(), '');
INSERT INTO licences_licence (id, identifier, type_id, version, holder_id, holder_name, issuer_id, issued_at, valid_from, valid_until, status, status_reason, item, face, document, signature, key_id, case_id, verification_code) VALUES (gen_random_uuid(), 'bench-' || :place::text, '11440300MB2X01074X001', '001', :person_id::uuid, '某某', '11440300MB2X01074X', now(), current_date, current_date + 90, 'ISSUED', '', 'social-insurance-certificate', '{"status": "参保缴费"}', decode(repeat('ab', 700), 'hex'), decode(repeat('cd', 64), 'hex'), (SELECT id FROM licences_signingkey LIMIT 1), :case_id::uuid, md5('bench' || :place::text));
INSERT INTO ledger_entry (kind, action, recorded_at, actor_kind, actor_id, actor_label, actor_agency, subject, dataset, fields, item, case_id, purpose, result, details, digest) SELECT 'ACT', action, now(), 'system', 'cases.resolve', '市社会保险基金管理局（系统自动核验）', '11440300MB2X01074X', :person_id::uuid, '', '{}', 'social-insurance-certificate', :case_id::uuid, '办理“社会保险参保证明打印”', 'OK', '{}', repeat('0', 64) FROM (VALUES ('dataset.read'), ('case.submitted'), ('licence.issued'), ('case.decided')) AS acts (action);
INSERT INTO core_outbox (job, arguments, written_at) VALUES ('bench', '{}', now());
COMMIT;
