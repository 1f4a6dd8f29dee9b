-- What the migrations make of an empty SQLite store. Generated; a test compares it with them.

CREATE TABLE schema_step (number INTEGER PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL) STRICT;

CREATE TABLE id_block (next INTEGER NOT NULL) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, arguments TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  done INTEGER NOT NULL DEFAULT 0, total INTEGER, note TEXT NOT NULL DEFAULT '', place TEXT,
  result TEXT, problem TEXT, actor_id INTEGER, actor_name TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
  cancel_at INTEGER, runner TEXT, lease_at INTEGER
) STRICT;

CREATE INDEX job_open ON job (state, id) WHERE state IN ('queued', 'running');

CREATE TABLE outbox_event (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, noun TEXT NOT NULL, record_id INTEGER,
  body TEXT NOT NULL, created_at INTEGER NOT NULL, place INTEGER, cause TEXT NOT NULL DEFAULT '', is_quiet INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE audit_entry (
  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  verb TEXT NOT NULL, noun TEXT NOT NULL, record_id INTEGER, detail TEXT NOT NULL,
  code BLOB NOT NULL
, masked_at INTEGER, mask_code BLOB) STRICT;

CREATE INDEX audit_by_record ON audit_entry (noun, record_id, sequence);

CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, code BLOB NOT NULL) STRICT;

CREATE TABLE idempotency_key (
  principal TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL,
  request BLOB NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL, location TEXT,
  created_at INTEGER NOT NULL, PRIMARY KEY (principal, method, path, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE company (
  one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL, currency TEXT NOT NULL,
  time_zone TEXT NOT NULL, first_weekday INTEGER NOT NULL CHECK (first_weekday BETWEEN 1 AND 7),
  language TEXT NOT NULL, decimal_mark TEXT NOT NULL, date_order TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE TABLE app_user (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
  role TEXT NOT NULL, team_id INTEGER REFERENCES team, created_at INTEGER NOT NULL, disabled_at INTEGER,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE session (
  token_hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES app_user, created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
, id INTEGER NOT NULL DEFAULT 0, second_factor_at INTEGER) STRICT;

CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;

CREATE TABLE facts_revision (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT;

CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'household', 'organisation', 'site')),
  name TEXT NOT NULL, folded TEXT NOT NULL, email TEXT, parent_id INTEGER REFERENCES customer,
  owner_id INTEGER REFERENCES app_user, team_id INTEGER REFERENCES team, import_id INTEGER,
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
, binned_at INTEGER, phone TEXT, website TEXT, street TEXT, postal_code TEXT, city TEXT, country TEXT, language TEXT, note TEXT) STRICT;

CREATE INDEX customer_by_name ON customer (folded, id);

CREATE INDEX customer_by_parent ON customer (parent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX customer_by_owner ON customer (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE customer_key (
  source_id INTEGER NOT NULL REFERENCES source, external_id TEXT NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES customer, PRIMARY KEY (source_id, external_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_key_by_customer ON customer_key (customer_id);

CREATE TABLE customer_trait (
  customer_id INTEGER NOT NULL REFERENCES customer, name TEXT NOT NULL, value TEXT NOT NULL,
  source_id INTEGER REFERENCES source, import_id INTEGER, at INTEGER NOT NULL, PRIMARY KEY (customer_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_category (
  id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES product_category, name TEXT NOT NULL,
  UNIQUE (parent_id, name)
) STRICT;

CREATE TABLE product (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, external_id TEXT NOT NULL,
  name TEXT NOT NULL, folded TEXT NOT NULL, category_id INTEGER REFERENCES product_category,
  supplier TEXT, brand TEXT, import_id INTEGER, version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source_id, external_id)
) STRICT;

CREATE TABLE purchase (
  customer_id INTEGER NOT NULL REFERENCES customer, day INTEGER NOT NULL, id INTEGER NOT NULL, at INTEGER,
  kind TEXT NOT NULL CHECK (kind IN ('order', 'return')), source_id INTEGER NOT NULL,
  external_id TEXT, of_purchase_id INTEGER, value_minor INTEGER NOT NULL, lines INTEGER NOT NULL,
  cancelled_at INTEGER, import_id INTEGER, PRIMARY KEY (customer_id, day, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX purchase_by_key ON purchase (source_id, external_id, kind) WHERE external_id IS NOT NULL;

CREATE TABLE purchase_line (
  customer_id INTEGER NOT NULL, day INTEGER NOT NULL, purchase_id INTEGER NOT NULL, line INTEGER NOT NULL,
  product_id INTEGER, quantity REAL, amount_minor INTEGER NOT NULL,
  list_minor INTEGER, discount_minor INTEGER, coupon_minor INTEGER, match_minor INTEGER, external_line TEXT,
  content INTEGER NOT NULL, import_id INTEGER, unit_cost_minor INTEGER, PRIMARY KEY (customer_id, day, purchase_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE cost_driver (
  customer_id INTEGER NOT NULL REFERENCES customer, day INTEGER NOT NULL, id INTEGER NOT NULL,
  kind TEXT NOT NULL, pieces REAL, minutes REAL, amount_minor INTEGER, due_day INTEGER,
  source_id INTEGER NOT NULL REFERENCES source, external_id TEXT NOT NULL,
  import_id INTEGER, PRIMARY KEY (customer_id, day, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX cost_driver_by_key ON cost_driver (source_id, kind, external_id);

CREATE TABLE feed (
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE REFERENCES source, subject TEXT NOT NULL,
  mapping TEXT NOT NULL, expected_days INTEGER, created_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY, feed_id INTEGER NOT NULL REFERENCES feed, job_id INTEGER REFERENCES job,
  file_name TEXT NOT NULL, mapping TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
  read_rows INTEGER NOT NULL DEFAULT 0, loaded_rows INTEGER NOT NULL DEFAULT 0,
  merged_rows INTEGER NOT NULL DEFAULT 0, rejected_rows INTEGER NOT NULL DEFAULT 0,
  corrected_rows INTEGER NOT NULL DEFAULT 0, batches INTEGER NOT NULL DEFAULT 0,
  first_day INTEGER, last_day INTEGER, report TEXT NOT NULL DEFAULT '{}', problem TEXT,
  actor_id INTEGER, actor_name TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER
, skipped_rows INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX import_run_by_feed ON import_run (feed_id, id);

CREATE TABLE import_reject (
  import_id INTEGER NOT NULL REFERENCES import_run, line INTEGER NOT NULL, part INTEGER NOT NULL,
  field TEXT NOT NULL, reason TEXT NOT NULL, original TEXT NOT NULL,
  repaired_by INTEGER REFERENCES import_run, PRIMARY KEY (import_id, line, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_change (
  import_id INTEGER NOT NULL REFERENCES import_run, sequence INTEGER NOT NULL, noun TEXT NOT NULL,
  before TEXT NOT NULL, PRIMARY KEY (import_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_undo (
  import_id INTEGER PRIMARY KEY REFERENCES import_run, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE decision (
  id INTEGER PRIMARY KEY, analysis TEXT NOT NULL, figure_id TEXT NOT NULL, figure TEXT NOT NULL,
  facts_revision INTEGER NOT NULL, title TEXT NOT NULL, options TEXT NOT NULL, choice TEXT NOT NULL,
  reason TEXT NOT NULL, owner_id INTEGER REFERENCES app_user, owner_name TEXT NOT NULL,
  due_day INTEGER, review_day INTEGER NOT NULL, expected REAL, unit TEXT NOT NULL,
  cost_minor INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX decision_by_review ON decision (review_day, id);

CREATE TABLE decision_review (
  decision_id INTEGER PRIMARY KEY REFERENCES decision, actual REAL, note TEXT NOT NULL,
  figure TEXT, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE decision_withdrawal (
  decision_id INTEGER PRIMARY KEY REFERENCES decision, reason TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE assumption (
  name TEXT NOT NULL, since_day INTEGER NOT NULL, id INTEGER NOT NULL, value REAL,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (name, since_day, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE significance_verdict (
  customer_id INTEGER NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL,
  answer TEXT NOT NULL, reason TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (customer_id, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, day INTEGER NOT NULL,
  kind TEXT NOT NULL, other TEXT NOT NULL, other_id INTEGER, amount_minor INTEGER, score INTEGER,
  note TEXT NOT NULL, source_id INTEGER REFERENCES source, external_id TEXT, import_id INTEGER,
  actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX observation_by_key ON observation (source_id, external_id);

CREATE INDEX observation_by_customer ON observation (customer_id, day, id);

CREATE INDEX observation_by_day ON observation (day, id);

CREATE TABLE observation_withdrawal (
  observation_id INTEGER PRIMARY KEY, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE capacity_pool (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, since_day INTEGER NOT NULL, activities TEXT NOT NULL,
  paid_minutes REAL, practical_share REAL NOT NULL, cost_minor INTEGER, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE frozen_group (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, customers INTEGER NOT NULL,
  digest TEXT NOT NULL
) STRICT;

CREATE INDEX frozen_group_by_digest ON frozen_group (digest);

CREATE TABLE frozen_member (
  group_id INTEGER NOT NULL REFERENCES frozen_group, customer_id INTEGER NOT NULL,
  PRIMARY KEY (group_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast (
  id INTEGER PRIMARY KEY, decision_id INTEGER NOT NULL REFERENCES decision, measure TEXT NOT NULL,
  group_id INTEGER NOT NULL REFERENCES frozen_group, value REAL NOT NULL, low REAL, high REAL,
  cover REAL, unit TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
  as_of_day INTEGER NOT NULL, facts_revision INTEGER NOT NULL, method TEXT NOT NULL,
  explanation TEXT NOT NULL, grade TEXT NOT NULL, settings TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX forecast_by_decision ON forecast (decision_id, id);

CREATE TABLE judgement (
  id INTEGER PRIMARY KEY, forecast_id INTEGER NOT NULL REFERENCES forecast, forecast REAL NOT NULL,
  actual REAL NOT NULL, error REAL, relative_error REAL, is_inside INTEGER,
  data_until_day INTEGER NOT NULL, is_complete INTEGER NOT NULL, facts_revision INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX judgement_by_forecast ON judgement (forecast_id, facts_revision);

CREATE TABLE strategy_override (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, source_id INTEGER, external_id TEXT,
  customer_name TEXT NOT NULL, strategy TEXT NOT NULL, ruled TEXT, reason TEXT NOT NULL,
  checked_holds INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE strategy_override_withdrawal (
  override_id INTEGER PRIMARY KEY REFERENCES strategy_override, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE ending_verdict (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, source_id INTEGER, external_id TEXT,
  customer_name TEXT NOT NULL, answer TEXT NOT NULL CHECK (answer IN ('approved', 'rejected')),
  reason TEXT NOT NULL, checked_holds INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE ending_verdict_withdrawal (
  verdict_id INTEGER PRIMARY KEY REFERENCES ending_verdict, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE portfolio_version (
  id INTEGER PRIMARY KEY, month_day INTEGER UNIQUE, as_of_day INTEGER NOT NULL, first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL, facts_revision INTEGER NOT NULL, currency TEXT NOT NULL, model TEXT,
  parameters TEXT NOT NULL, question TEXT NOT NULL, tests TEXT NOT NULL,
  customers INTEGER NOT NULL, counts TEXT NOT NULL, contribution_minor INTEGER, value REAL,
  note TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE portfolio_version_row (
  version_id INTEGER NOT NULL REFERENCES portfolio_version, customer_id INTEGER NOT NULL,
  external_id TEXT NOT NULL, name TEXT NOT NULL, segment TEXT, strategy TEXT,
  proposed TEXT, ruled TEXT, heading TEXT NOT NULL, runner_up TEXT, distance REAL,
  turns_on TEXT, between_strategies TEXT NOT NULL, missing TEXT NOT NULL,
  not_known TEXT NOT NULL, worth_minor INTEGER, kinds TEXT NOT NULL, sales_minor INTEGER NOT NULL,
  contribution_minor INTEGER, grade TEXT NOT NULL, value REAL, value_low REAL,
  value_high REAL, percentile REAL, basis TEXT, ceiling REAL, overruled TEXT,
  ending TEXT, answers TEXT NOT NULL, PRIMARY KEY (version_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segmentation (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, method TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE segment (
  id INTEGER PRIMARY KEY, segmentation_id INTEGER NOT NULL REFERENCES segmentation,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE segment_version (
  segment_id INTEGER NOT NULL REFERENCES segment, id INTEGER NOT NULL, name TEXT NOT NULL,
  place INTEGER NOT NULL, rule TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (segment_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment_act (
  segmentation_id INTEGER NOT NULL REFERENCES segmentation, id INTEGER NOT NULL,
  segment_id INTEGER REFERENCES segment, act TEXT NOT NULL, note TEXT NOT NULL,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (segmentation_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment_rating (
  segment_id INTEGER NOT NULL REFERENCES segment, id INTEGER NOT NULL, item TEXT NOT NULL,
  value REAL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (segment_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE treatment_rule (
  id INTEGER PRIMARY KEY, kind TEXT, segment_id INTEGER REFERENCES segment,
  needs_owner INTEGER NOT NULL, owner_id INTEGER REFERENCES app_user, owner_name TEXT,
  response_minutes INTEGER, review_days INTEGER, ceiling_share REAL, taken_back INTEGER NOT NULL,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE rating (
  customer_id INTEGER NOT NULL, item TEXT NOT NULL, id INTEGER NOT NULL, value INTEGER,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (customer_id, item, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rating_newest ON rating (id);

CREATE TABLE saved_scenario (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
  settings TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (subject, folded)
) STRICT;

CREATE INDEX customer_binned ON customer (id) WHERE binned_at IS NOT NULL;

CREATE INDEX customer_by_kind ON customer (kind, id);

CREATE INDEX customer_by_email ON customer (coalesce(email, ''), id);

CREATE INDEX customer_by_anybody ON customer (coalesce(owner_id, 0), id);

CREATE TABLE custom_field (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL,
  kind TEXT NOT NULL, choices TEXT NOT NULL, target TEXT NOT NULL, formula TEXT NOT NULL,
  is_personal INTEGER NOT NULL, is_required INTEGER NOT NULL, place INTEGER NOT NULL,
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1, removed_at INTEGER,
  UNIQUE (noun, name)
) STRICT;

CREATE TABLE custom_value (
  field_id INTEGER NOT NULL REFERENCES custom_field, record_id INTEGER NOT NULL, text TEXT,
  number REAL, PRIMARY KEY (field_id, record_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX custom_value_by_text ON custom_value (field_id, text, record_id) WHERE text IS NOT NULL;

CREATE INDEX custom_value_by_number ON custom_value (field_id, number, record_id) WHERE number IS NOT NULL;

CREATE INDEX custom_value_by_record ON custom_value (record_id, field_id);

CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
  question TEXT NOT NULL, layout TEXT NOT NULL, owner_id INTEGER, is_shared INTEGER NOT NULL,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
, removed_at INTEGER) STRICT;

CREATE INDEX saved_view_by_noun ON saved_view (noun, folded, id);

CREATE TABLE bulk_change (
  run_id INTEGER NOT NULL, record_id INTEGER NOT NULL, before TEXT NOT NULL, after TEXT,
  PRIMARY KEY (run_id, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bulk_run (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, act TEXT NOT NULL, question TEXT NOT NULL,
  job_id INTEGER, records INTEGER NOT NULL, refused INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER, undone_at INTEGER
, undo_job_id INTEGER, restored INTEGER NOT NULL DEFAULT 0, outdated INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE role (
  code TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
  note TEXT NOT NULL DEFAULT '', is_ready_made INTEGER NOT NULL, sees_personal INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE role_grant (
  role_code TEXT NOT NULL REFERENCES role, noun TEXT NOT NULL, verb TEXT NOT NULL,
  reach TEXT NOT NULL CHECK (reach IN ('own', 'team', 'all')), PRIMARY KEY (role_code, noun, verb)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_field (
  role_code TEXT NOT NULL REFERENCES role, noun TEXT NOT NULL, field TEXT NOT NULL,
  access TEXT NOT NULL CHECK (access IN ('hidden', 'readOnly')), PRIMARY KEY (role_code, noun, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_member (
  team_id INTEGER NOT NULL REFERENCES team, user_id INTEGER NOT NULL REFERENCES app_user, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_member_by_user ON team_member (user_id);

CREATE TABLE rights_revision (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT;

CREATE TABLE invitation (
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, email TEXT NOT NULL, name TEXT NOT NULL,
  role TEXT NOT NULL, team_id INTEGER REFERENCES team, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL
) STRICT;

CREATE INDEX invitation_by_email ON invitation (email, id);

CREATE TABLE invitation_end (
  invitation_id INTEGER PRIMARY KEY REFERENCES invitation,
  kind TEXT NOT NULL CHECK (kind IN ('accepted', 'withdrawn')), user_id INTEGER REFERENCES app_user,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE password_reset (
  user_id INTEGER PRIMARY KEY REFERENCES app_user, token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL
) STRICT;

CREATE TABLE password_request (
  user_id INTEGER PRIMARY KEY REFERENCES app_user, at INTEGER NOT NULL, address TEXT NOT NULL
) STRICT;

CREATE TABLE second_factor (
  user_id INTEGER PRIMARY KEY REFERENCES app_user, key_id TEXT NOT NULL, sealed BLOB NOT NULL,
  last_step INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE second_factor_start (
  user_id INTEGER PRIMARY KEY REFERENCES app_user, key_id TEXT NOT NULL, sealed BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
  user_id INTEGER NOT NULL REFERENCES app_user, code_hash BLOB NOT NULL, used_at INTEGER,
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE second_factor_rule (
  role TEXT PRIMARY KEY, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX session_by_id ON session (id);

CREATE TABLE half_session (
  token_hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES app_user, created_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE lock_out (
  subject TEXT PRIMARY KEY, email TEXT, address TEXT, at INTEGER NOT NULL, until_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_key (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES app_user, name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER, used_from TEXT
) STRICT;

CREATE INDEX api_key_by_user ON api_key (user_id, id);

CREATE TABLE api_key_revocation (
  key_id INTEGER PRIMARY KEY REFERENCES api_key, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE guide_dismissal (
  one INTEGER PRIMARY KEY CHECK (one = 1), actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE task (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, folded TEXT NOT NULL, body TEXT NOT NULL,
  due_day INTEGER, due_minute INTEGER, due_order INTEGER NOT NULL, remind_at INTEGER, reminded_at INTEGER,
  kind TEXT NOT NULL, priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  assignee_id INTEGER REFERENCES app_user, team_id INTEGER REFERENCES team, about_noun TEXT,
  about_id INTEGER, repeat_every INTEGER, repeat_unit TEXT, repeat_weekdays INTEGER, repeat_from INTEGER,
  repeat_until INTEGER, repeat_count INTEGER, series_id INTEGER, series_number INTEGER,
  actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, closed_at INTEGER,
  binned_at INTEGER, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX task_open_of_assignee ON task (assignee_id, due_order, id)
WHERE closed_at IS NULL AND binned_at IS NULL;

CREATE INDEX task_open ON task (due_order, id) WHERE closed_at IS NULL AND binned_at IS NULL;

CREATE INDEX task_by_record ON task (about_noun, about_id, due_order, id);

CREATE INDEX task_by_team ON task (team_id, due_order, id);

CREATE INDEX task_by_maker ON task (actor_id, id);

CREATE INDEX task_by_subject ON task (folded, id);

CREATE UNIQUE INDEX task_of_series ON task (series_id, series_number);

CREATE INDEX task_to_remind_of ON task (remind_at) WHERE remind_at IS NOT NULL AND reminded_at IS NULL;

CREATE TABLE task_completion (
  task_id INTEGER PRIMARY KEY REFERENCES task, outcome TEXT NOT NULL, next_id INTEGER, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE INDEX task_completion_newest ON task_completion (at, task_id);

CREATE TABLE task_cancellation (
  task_id INTEGER PRIMARY KEY REFERENCES task, reason TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE tag (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL, tone TEXT NOT NULL,
  merged_into INTEGER REFERENCES tag, actor_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL, binned_at INTEGER, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX tag_by_name ON tag (folded) WHERE binned_at IS NULL;

CREATE TABLE tagging (
  noun TEXT NOT NULL, record_id INTEGER NOT NULL, tag_id INTEGER NOT NULL REFERENCES tag,
  merged_from INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (noun, record_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tagging_by_tag ON tagging (tag_id, noun, record_id);

CREATE TABLE attachment_file (
  hash TEXT PRIMARY KEY, bytes INTEGER NOT NULL, type TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, record_id INTEGER NOT NULL, name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES attachment_file, actor_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX attachment_by_record ON attachment (noun, record_id, id);

CREATE INDEX attachment_by_file ON attachment (hash);

CREATE TABLE attachment_removal (
  attachment_id INTEGER PRIMARY KEY REFERENCES attachment, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE attachment_limit (
  one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE notification (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES app_user, kind TEXT NOT NULL,
  noun TEXT NOT NULL, record_id INTEGER, words TEXT NOT NULL, cause TEXT,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, read_at INTEGER
) STRICT;

CREATE INDEX notification_of_user ON notification (user_id, id);

CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;

CREATE UNIQUE INDEX notification_once ON notification (user_id, cause) WHERE cause IS NOT NULL;

CREATE TABLE notification_preference (
  user_id INTEGER NOT NULL REFERENCES app_user, kind TEXT NOT NULL, wanted INTEGER NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_draft (
  id INTEGER PRIMARY KEY, file_name TEXT NOT NULL, path TEXT NOT NULL, mapping TEXT NOT NULL,
  actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL,
  import_id INTEGER REFERENCES import_run, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE import_mapping (
  header_key TEXT PRIMARY KEY, mapping TEXT NOT NULL, used_at INTEGER NOT NULL
) STRICT;

CREATE TABLE export_run (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, question TEXT NOT NULL, words TEXT NOT NULL,
  format TEXT NOT NULL, settings TEXT NOT NULL, is_personal INTEGER NOT NULL, job_id INTEGER REFERENCES job,
  actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX export_run_by_actor ON export_run (actor_id, created_at);

CREATE TABLE export_file (
  export_id INTEGER PRIMARY KEY REFERENCES export_run, name TEXT NOT NULL, row_count INTEGER NOT NULL,
  size INTEGER NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL, removed_at INTEGER
) STRICT;

CREATE TABLE export_download (
  export_id INTEGER NOT NULL REFERENCES export_run, at INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, PRIMARY KEY (export_id, at)
) STRICT;

CREATE INDEX customer_by_address ON customer (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, folded TEXT NOT NULL,
  title TEXT, job TEXT, email TEXT, phone TEXT, street TEXT, postal_code TEXT,
  city TEXT, country TEXT, language TEXT, birthday INTEGER, note TEXT,
  owner_id INTEGER REFERENCES app_user, team_id INTEGER REFERENCES team, import_id INTEGER,
  created_at INTEGER NOT NULL, binned_at INTEGER, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX contact_by_name ON contact (folded, id);

CREATE INDEX contact_by_owner ON contact (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE contact_point (
  contact_id INTEGER NOT NULL REFERENCES contact, channel TEXT NOT NULL, folded TEXT NOT NULL,
  place INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (contact_id, channel, folded)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_point_by_value ON contact_point (channel, folded, contact_id);

CREATE TABLE contact_key (
  source_id INTEGER NOT NULL REFERENCES source, external_id TEXT NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact, import_id INTEGER, PRIMARY KEY (source_id, external_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_key_by_contact ON contact_key (contact_id);

CREATE TABLE contact_role (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer,
  contact_id INTEGER NOT NULL REFERENCES contact, role TEXT NOT NULL, function TEXT NOT NULL,
  since_day INTEGER, import_id INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX contact_role_by_customer ON contact_role (customer_id, id);

CREATE INDEX contact_role_by_contact ON contact_role (contact_id, customer_id);

CREATE TABLE contact_role_end (
  role_id INTEGER PRIMARY KEY, day INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE main_contact (
  customer_id INTEGER NOT NULL REFERENCES customer, id INTEGER NOT NULL,
  contact_id INTEGER REFERENCES contact, import_id INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (customer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE interaction (
  id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, contact_id INTEGER REFERENCES contact,
  kind TEXT NOT NULL, direction TEXT NOT NULL, channel TEXT, day INTEGER NOT NULL,
  at INTEGER NOT NULL, is_timed INTEGER NOT NULL, minutes INTEGER, outcome TEXT,
  outcome_note TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, folded TEXT NOT NULL,
  party TEXT NOT NULL, product_id INTEGER, decision_id INTEGER, source_id INTEGER REFERENCES source,
  external_id TEXT, import_id INTEGER, actor_id INTEGER, team_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX interaction_by_customer ON interaction (customer_id, at, id);

CREATE INDEX interaction_by_contact ON interaction (contact_id, at, id) WHERE contact_id IS NOT NULL;

CREATE INDEX interaction_by_time ON interaction (at, id);

CREATE INDEX interaction_by_actor ON interaction (actor_id, at, id) WHERE actor_id IS NOT NULL;

CREATE UNIQUE INDEX interaction_by_key ON interaction (source_id, external_id);

CREATE TABLE interaction_participant (
  interaction_id INTEGER NOT NULL REFERENCES interaction, place INTEGER NOT NULL,
  contact_id INTEGER REFERENCES contact, user_id INTEGER REFERENCES app_user,
  PRIMARY KEY (interaction_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX interaction_participant_by_contact ON interaction_participant (contact_id, interaction_id)
WHERE contact_id IS NOT NULL;

CREATE TABLE interaction_correction (
  id INTEGER PRIMARY KEY, interaction_id INTEGER NOT NULL REFERENCES interaction, before TEXT NOT NULL,
  reason TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE INDEX interaction_correction_of ON interaction_correction (interaction_id, id);

CREATE TABLE interaction_withdrawal (
  interaction_id INTEGER PRIMARY KEY, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE consent_purpose (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, note TEXT NOT NULL,
  basis TEXT NOT NULL, months INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE consent_text (
  id INTEGER PRIMARY KEY, purpose_id INTEGER NOT NULL REFERENCES consent_purpose, number INTEGER NOT NULL,
  text TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (purpose_id, number)
) STRICT;

CREATE TABLE consent (
  id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact, customer_id INTEGER REFERENCES customer,
  purpose_id INTEGER NOT NULL REFERENCES consent_purpose, channel TEXT NOT NULL, state TEXT NOT NULL,
  basis TEXT NOT NULL, at INTEGER NOT NULL, expires_day INTEGER, source TEXT NOT NULL,
  text_id INTEGER REFERENCES consent_text, note TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL,
  CHECK ((contact_id IS NULL) <> (customer_id IS NULL))
) STRICT;

CREATE INDEX consent_by_contact ON consent (contact_id, purpose_id, at, id) WHERE contact_id IS NOT NULL;

CREATE INDEX consent_by_customer ON consent (customer_id, purpose_id, at, id) WHERE customer_id IS NOT NULL;

CREATE INDEX consent_by_purpose ON consent (purpose_id, channel, at, id);

CREATE INDEX outbox_unplaced ON outbox_event (id) WHERE place IS NULL;

CREATE UNIQUE INDEX outbox_by_place ON outbox_event (place) WHERE place IS NOT NULL;

CREATE TABLE webhook (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, kinds TEXT NOT NULL,
  secret BLOB NOT NULL, place INTEGER NOT NULL, user_id INTEGER REFERENCES app_user (id),
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
, limits TEXT) STRICT;

CREATE TABLE webhook_pause (
  webhook_id INTEGER PRIMARY KEY REFERENCES webhook (id), reason TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_delivery (
  id INTEGER PRIMARY KEY, webhook_id INTEGER NOT NULL REFERENCES webhook (id), place INTEGER,
  kind TEXT NOT NULL, is_replay INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'parked', 'withheld')),
  tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER
) STRICT;

CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook_id, id);

CREATE INDEX webhook_delivery_open ON webhook_delivery (webhook_id, id) WHERE state = 'waiting';

CREATE TABLE webhook_try (
  delivery_id INTEGER NOT NULL REFERENCES webhook_delivery (id), number INTEGER NOT NULL, at INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL, status INTEGER, answer TEXT NOT NULL, problem TEXT,
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE web_form (
  id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, title TEXT NOT NULL,
  intro TEXT NOT NULL, fields TEXT NOT NULL, kind TEXT NOT NULL, owners TEXT NOT NULL,
  turn INTEGER NOT NULL DEFAULT 0, team_id INTEGER, tag TEXT NOT NULL, thanks TEXT NOT NULL,
  thanks_path TEXT NOT NULL, origins TEXT NOT NULL, purpose TEXT NOT NULL,
  consent TEXT NOT NULL, consent_version INTEGER NOT NULL, user_id INTEGER REFERENCES app_user (id),
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE web_form_closure (
  form_id INTEGER PRIMARY KEY REFERENCES web_form (id), actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE web_form_submission (
  id INTEGER PRIMARY KEY, form_id INTEGER NOT NULL REFERENCES web_form (id), at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('made', 'known', 'suspected')),
  customer_id INTEGER, contact_id INTEGER, company TEXT NOT NULL,
  person TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, message TEXT NOT NULL,
  consent_version INTEGER, consent TEXT NOT NULL, origin TEXT NOT NULL, address TEXT NOT NULL
) STRICT;

CREATE INDEX web_form_submission_order ON web_form_submission (form_id, id);

CREATE INDEX web_form_submission_customer ON web_form_submission (customer_id);

CREATE INDEX web_form_submission_day ON web_form_submission (form_id, at);

CREATE TABLE backup_plan (
  one INTEGER PRIMARY KEY CHECK (one = 1), is_on INTEGER NOT NULL, hour INTEGER NOT NULL,
  folder TEXT, keep_days INTEGER NOT NULL, keep_weeks INTEGER NOT NULL,
  keep_months INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE backup_run (
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, is_planned INTEGER NOT NULL, bytes INTEGER,
  problem TEXT, started_at INTEGER NOT NULL, ended_at INTEGER,
  removed_at INTEGER, actor_id INTEGER, actor_name TEXT NOT NULL
) STRICT;

CREATE INDEX backup_run_kept ON backup_run (id) WHERE removed_at IS NULL;

CREATE TABLE backup_drill (
  id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES backup_run, file TEXT NOT NULL, report TEXT,
  problem TEXT, at INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL
) STRICT;

CREATE INDEX backup_drill_by_run ON backup_drill (run_id, id);

CREATE TABLE privacy_request (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'export', 'deletion', 'objection')),
  person_kind TEXT, person_id INTEGER, asked_by TEXT NOT NULL, note TEXT NOT NULL,
  received_day INTEGER NOT NULL, due_day INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX privacy_request_by_due ON privacy_request (due_day, id);

CREATE TABLE privacy_answer (
  request_id INTEGER PRIMARY KEY REFERENCES privacy_request,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')), note TEXT NOT NULL,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE erasure (
  id INTEGER PRIMARY KEY, person_kind TEXT NOT NULL, digest BLOB NOT NULL, report TEXT NOT NULL,
  actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL, scrubbed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX erasure_by_digest ON erasure (digest);

CREATE TABLE retention_rule (
  class TEXT PRIMARY KEY, days INTEGER NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE retention_run (
  id INTEGER PRIMARY KEY, class TEXT NOT NULL, rows_touched INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE INDEX retention_run_by_class ON retention_run (class, id);

CREATE INDEX audit_by_time ON audit_entry (at, sequence);

CREATE TABLE search_word (
  word TEXT NOT NULL, noun TEXT NOT NULL, field TEXT NOT NULL, record_id INTEGER NOT NULL,
  PRIMARY KEY (word, noun, field, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_spelling (
  word TEXT PRIMARY KEY, german TEXT, english TEXT, reversed TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX search_spelling_german ON search_spelling (german) WHERE german IS NOT NULL;

CREATE INDEX search_spelling_english ON search_spelling (english) WHERE english IS NOT NULL;

CREATE INDEX search_spelling_reversed ON search_spelling (reversed) WHERE reversed IS NOT NULL;

CREATE TABLE search_entry (
  noun TEXT NOT NULL, record_id INTEGER NOT NULL, texts TEXT NOT NULL, PRIMARY KEY (noun, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_record (
  user_id INTEGER NOT NULL, noun TEXT NOT NULL, record_id INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (user_id, noun, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicate_pair (
  noun TEXT NOT NULL, low_id INTEGER NOT NULL, high_id INTEGER NOT NULL, weight REAL NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (noun, low_id, high_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_pair_by_weight ON duplicate_pair (noun, weight, low_id, high_id);

CREATE TABLE duplicate_dismissal (
  noun TEXT NOT NULL, low_id INTEGER NOT NULL, high_id INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (noun, low_id, high_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE merge (
  id INTEGER PRIMARY KEY, noun TEXT NOT NULL, kept_id INTEGER NOT NULL, lost_id INTEGER NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX merge_by_lost ON merge (noun, lost_id);

CREATE INDEX merge_by_kept ON merge (noun, kept_id);

CREATE TABLE merge_move (
  merge_id INTEGER NOT NULL REFERENCES merge, part TEXT NOT NULL, moved TEXT NOT NULL,
  PRIMARY KEY (merge_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE merge_undo (
  merge_id INTEGER PRIMARY KEY REFERENCES merge, actor_id INTEGER, actor_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE rule (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, noun TEXT NOT NULL,
  occasion TEXT NOT NULL CHECK (occasion IN ('created', 'changed', 'day')), fields TEXT NOT NULL,
  day_field TEXT NOT NULL, days INTEGER NOT NULL, filter TEXT NOT NULL, acts TEXT NOT NULL,
  place INTEGER NOT NULL, last_day INTEGER NOT NULL, user_id INTEGER REFERENCES app_user (id),
  actor_name TEXT NOT NULL, created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1
, limits TEXT) STRICT;

CREATE TABLE rule_pause (
  rule_id INTEGER PRIMARY KEY REFERENCES rule (id), reason TEXT NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE rule_run (
  id INTEGER PRIMARY KEY, rule_id INTEGER NOT NULL REFERENCES rule (id), record_id INTEGER NOT NULL,
  cause TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('done', 'refused', 'stopped')),
  problem TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
  UNIQUE (rule_id, record_id, cause)
) STRICT;

CREATE INDEX rule_run_order ON rule_run (rule_id, id);

CREATE TABLE search_due (
  noun TEXT NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, PRIMARY KEY (noun, first_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE relationship (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer,
  other_id INTEGER NOT NULL REFERENCES customer, kind TEXT NOT NULL, since_day INTEGER,
  note TEXT NOT NULL, actor_id INTEGER, actor_name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX relationship_by_customer ON relationship (customer_id);

CREATE INDEX relationship_by_other ON relationship (other_id);

CREATE TABLE relationship_end (
  relationship_id INTEGER PRIMARY KEY REFERENCES relationship, day INTEGER NOT NULL, actor_id INTEGER,
  actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE guide_postponement (
  step TEXT PRIMARY KEY, actor_id INTEGER, actor_name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
