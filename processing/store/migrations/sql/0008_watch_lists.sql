-- Watch lists: filters that a person keeps, and what was told of each.

CREATE TABLE press.watch (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    name       text NOT NULL UNIQUE CHECK (name ~ '\S' AND length(name) <= 200),
    filter     jsonb NOT NULL CHECK (jsonb_typeof(filter) = 'object'),
    notify     boolean NOT NULL DEFAULT true,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    told_at    timestamptz
);
COMMENT ON TABLE  press.watch IS 'A watch list: a filter of mentions that a person keeps, with a feed, and a message when something new comes.';
COMMENT ON COLUMN press.watch.id IS 'Key.';
COMMENT ON COLUMN press.watch.key IS 'Identity of its feed, for ever.';
COMMENT ON COLUMN press.watch.name IS 'Name by which people call it.';
COMMENT ON COLUMN press.watch.filter IS 'What it wants: categories, polarities, sources, countries, kinds, sides (lists), text, least_score; what is absent is not asked for.';
COMMENT ON COLUMN press.watch.notify IS 'Whether what is new is sent out.';
COMMENT ON COLUMN press.watch.created_by IS 'Who added it.';
COMMENT ON COLUMN press.watch.created_at IS 'When it was added.';
COMMENT ON COLUMN press.watch.told_at IS 'When something was last sent; null before the first time.';

-- Not a highest id: flagging anew gives every mention a new id, and ids are not committed in their order.
CREATE TABLE press.told (
    watch_id   bigint NOT NULL REFERENCES press.watch ON DELETE CASCADE,
    article_id bigint NOT NULL REFERENCES press.article ON DELETE CASCADE,
    sentence   uuid NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (watch_id, article_id, sentence)
);
CREATE INDEX told_article ON press.told (article_id);
COMMENT ON TABLE  press.told IS 'What each watch list has told, or what was there when it was added: none of it is told again, though it be flagged anew.';
COMMENT ON COLUMN press.told.watch_id IS 'The watch list.';
COMMENT ON COLUMN press.told.article_id IS 'The article.';
COMMENT ON COLUMN press.told.sentence IS 'Digest (MD5) of the sentence of the mention.';
COMMENT ON COLUMN press.told.at IS 'When it was told, or the list added.';

GRANT SELECT ON press.watch, press.told TO vedette_reader;
