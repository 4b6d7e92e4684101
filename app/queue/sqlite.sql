-- Procrastinate's tables with the same columns, for SQLite. Times are UTC text with microseconds, as SQLAlchemy writes
-- them. AUTOINCREMENT, because the number of a finished and deleted job must never name another one.
CREATE TABLE procrastinate_workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    last_heartbeat TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')
);

CREATE TABLE procrastinate_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue_name TEXT NOT NULL CHECK (length(queue_name) <= 128),
    task_name TEXT NOT NULL CHECK (length(task_name) <= 128),
    priority INTEGER NOT NULL DEFAULT 0,
    lock TEXT,
    queueing_lock TEXT,
    args TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(args)),
    status TEXT NOT NULL DEFAULT 'todo'
        CHECK (status IN ('todo', 'doing', 'succeeded', 'failed', 'cancelled', 'aborting', 'aborted')),
    scheduled_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    abort_requested INTEGER NOT NULL DEFAULT 0,
    worker_id INTEGER REFERENCES procrastinate_workers (id) ON DELETE SET NULL,
    CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = 1))
);

CREATE TABLE procrastinate_periodic_defers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_name TEXT NOT NULL,
    defer_timestamp INTEGER,
    job_id INTEGER REFERENCES procrastinate_jobs (id) ON DELETE SET NULL,
    periodic_id TEXT NOT NULL DEFAULT '',
    CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp)
);

CREATE TABLE procrastinate_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
    type TEXT,
    at TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')
);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1
    ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs (lock) WHERE status = 'doing';
CREATE INDEX procrastinate_jobs_open_lock_idx ON procrastinate_jobs (lock, status) WHERE lock IS NOT NULL;
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate_jobs (priority DESC, id) WHERE status = 'todo';
CREATE INDEX procrastinate_jobs_worker_idx ON procrastinate_jobs (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX procrastinate_jobs_doing_idx ON procrastinate_jobs (status) WHERE status <> 'todo';
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate_events (job_id);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate_periodic_defers (job_id);

CREATE TRIGGER procrastinate_job_deferred AFTER INSERT ON procrastinate_jobs WHEN new.status = 'todo'
BEGIN
    INSERT INTO procrastinate_events (job_id, type) VALUES (new.id, 'deferred');
END;

CREATE TRIGGER procrastinate_job_scheduled AFTER INSERT ON procrastinate_jobs
    WHEN new.scheduled_at IS NOT NULL AND new.status = 'todo'
BEGIN
    INSERT INTO procrastinate_events (job_id, type, at) VALUES (new.id, 'scheduled', new.scheduled_at);
END;

CREATE TRIGGER procrastinate_job_rescheduled AFTER UPDATE ON procrastinate_jobs
    WHEN new.scheduled_at IS NOT NULL AND new.status = 'todo'
BEGIN
    INSERT INTO procrastinate_events (job_id, type, at) VALUES (new.id, 'scheduled', new.scheduled_at);
END;

CREATE TRIGGER procrastinate_job_moved AFTER UPDATE OF status ON procrastinate_jobs WHEN old.status <> new.status
BEGIN
    INSERT INTO procrastinate_events (job_id, type)
    SELECT new.id, kind FROM (SELECT CASE old.status || '>' || new.status
        WHEN 'todo>doing' THEN 'started'
        WHEN 'doing>todo' THEN 'deferred_for_retry'
        WHEN 'doing>failed' THEN 'failed'
        WHEN 'doing>succeeded' THEN 'succeeded'
        WHEN 'doing>aborted' THEN 'aborted'
        WHEN 'todo>cancelled' THEN 'cancelled'
        WHEN 'todo>failed' THEN 'cancelled'
        WHEN 'todo>succeeded' THEN 'cancelled'
        WHEN 'failed>todo' THEN 'retried'
    END AS kind) WHERE kind IS NOT NULL;
END;

CREATE TRIGGER procrastinate_job_abort_requested AFTER UPDATE OF abort_requested ON procrastinate_jobs
    WHEN new.abort_requested = 1
BEGIN
    INSERT INTO procrastinate_events (job_id, type) VALUES (new.id, 'abort_requested');
END;
