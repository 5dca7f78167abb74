-- What is wrong, since when, whether people were told, and what they do not want to hear of.
CREATE TABLE press.alert (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject          text NOT NULL CHECK (subject <> ''),
    reason           text NOT NULL,
    page             text,
    since            timestamptz NOT NULL,
    last_seen        timestamptz NOT NULL,
    told_at          timestamptz,
    ended_at         timestamptz,
    fixed_told_at    timestamptz,
    silenced_until   timestamptz,
    silenced_because text CHECK (silenced_because ~ '\S'),
    silenced_by      text,
    CHECK (num_nonnulls(silenced_until, silenced_because, silenced_by) IN (0, 3))
);
CREATE UNIQUE INDEX alert_open ON press.alert (subject) WHERE ended_at IS NULL;
CREATE INDEX alert_ended ON press.alert (ended_at);
COMMENT ON TABLE  press.alert IS 'What is or was wrong, one row from its beginning to its end. A subject has one open row at most.';
COMMENT ON COLUMN press.alert.id IS 'Key.';
COMMENT ON COLUMN press.alert.subject IS 'What it is about, stable over looks: source:ID, stage:STAGE, waiting:STAGE, night, quarantine or disk.';
COMMENT ON COLUMN press.alert.reason IS 'What is wrong and the way out, in one line, as of the last look.';
COMMENT ON COLUMN press.alert.page IS 'Where to look in the Airflow UI, as a path below its address; null where it has nothing to show.';
COMMENT ON COLUMN press.alert.since IS 'When a look found it for the first time.';
COMMENT ON COLUMN press.alert.last_seen IS 'When a look found it last.';
COMMENT ON COLUMN press.alert.told_at IS 'When a message said last that it is wrong; null while nobody was told.';
COMMENT ON COLUMN press.alert.ended_at IS 'When a look did not find it any more; null while it is open.';
COMMENT ON COLUMN press.alert.fixed_told_at IS 'When a message said that it is fixed; null for good when nobody had been told of it, or it was silenced.';
COMMENT ON COLUMN press.alert.silenced_until IS 'No message speaks of it before this time; null when it was never silenced.';
COMMENT ON COLUMN press.alert.silenced_because IS 'Why no message shall speak of it.';
COMMENT ON COLUMN press.alert.silenced_by IS 'Who silenced it.';

GRANT SELECT ON press.alert TO vedette_reader;
