-- What the crawl remembers: the rhythm of a channel, which channel announced what, hosts that rest, the rules of
-- origins, and when a fresh article is looked at again.

ALTER TABLE press.feed
    ADD COLUMN look_every      interval,
    ADD COLUMN setback         real NOT NULL DEFAULT 0,
    ADD COLUMN unchanged_looks integer NOT NULL DEFAULT 0,
    ADD COLUMN last_full_at    timestamptz,
    ADD COLUMN last_fresh_at   timestamptz,
    ADD COLUMN distrusted_at   timestamptz;
COMMENT ON COLUMN press.feed.look_every IS 'Its own interval between two good looks: shorter while much is new, longer while little is; null before the first.';
COMMENT ON COLUMN press.feed.setback IS 'Weight of the failed looks in a row: a hard failure counts 1, a soft one 0.5, a passing one 0.25.';
COMMENT ON COLUMN press.feed.unchanged_looks IS 'Looks in a row answered 304.';
COMMENT ON COLUMN press.feed.last_full_at IS 'Last look that brought a whole body.';
COMMENT ON COLUMN press.feed.last_fresh_at IS 'Last look at which it announced something it had not announced before.';
COMMENT ON COLUMN press.feed.distrusted_at IS 'Since when its validators are not used, because they were seen to lie; null while they are trusted.';
UPDATE press.feed f
   SET last_full_at = (SELECT max(at) FROM press.poll WHERE feed_id = f.id AND outcome IN ('items', 'empty')),
       last_fresh_at = (SELECT max(at) FROM press.poll WHERE feed_id = f.id AND new_items > 0);

ALTER TABLE press.poll
    ADD COLUMN fresh_items integer NOT NULL DEFAULT 0,
    ADD COLUMN gap         boolean NOT NULL DEFAULT false,
    ADD COLUMN note        text;
COMMENT ON COLUMN press.poll.fresh_items IS 'Those that this feed had not announced before (another one may have).';
COMMENT ON COLUMN press.poll.gap IS 'None of the items had been seen in this feed before: it rolled on between two looks, and something may have been missed.';
COMMENT ON COLUMN press.poll.note IS 'What was odd about a look that succeeded, in one line.';

CREATE TABLE press.sighting (
    feed_id bigint NOT NULL REFERENCES press.feed ON DELETE CASCADE,
    page_id bigint NOT NULL REFERENCES press.page ON DELETE CASCADE,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed_id, page_id)
);
CREATE INDEX sighting_page ON press.sighting (page_id);
CREATE INDEX sighting_seen ON press.sighting USING brin (seen_at);
COMMENT ON TABLE  press.sighting IS 'Which feed announced which page: how complete discovery is follows from what two feeds share.';
COMMENT ON COLUMN press.sighting.feed_id IS 'The feed, sitemap or section.';
COMMENT ON COLUMN press.sighting.page_id IS 'The page.';
COMMENT ON COLUMN press.sighting.seen_at IS 'When it announced the page for the first time.';
INSERT INTO press.sighting (feed_id, page_id, seen_at)
SELECT feed_id, id, discovered_at FROM press.page WHERE feed_id IS NOT NULL;

CREATE TABLE press.host (
    site        text PRIMARY KEY,
    rests_until timestamptz NOT NULL,
    reason      text NOT NULL,
    noted_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE  press.host IS 'Hosts that are left alone for a while, for all sources and crawls.';
COMMENT ON COLUMN press.host.site IS 'Registrable domain (lemonde.fr), or the address of a host without one.';
COMMENT ON COLUMN press.host.rests_until IS 'Nothing is asked of it before this time.';
COMMENT ON COLUMN press.host.reason IS 'Why, in one line.';
COMMENT ON COLUMN press.host.noted_at IS 'When that was noted.';

CREATE TABLE press.origin (
    origin          text NOT NULL,
    file            text NOT NULL CHECK (file IN ('robots', 'tdmrep')),
    status          integer NOT NULL,
    body            bytea NOT NULL,
    read_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (origin, file)
);
COMMENT ON TABLE  press.origin IS 'robots.txt and tdmrep.json as last read, good for a day.';
COMMENT ON COLUMN press.origin.origin IS 'Scheme, host and port.';
COMMENT ON COLUMN press.origin.file IS 'robots (/robots.txt) or tdmrep (/.well-known/tdmrep.json).';
COMMENT ON COLUMN press.origin.status IS 'HTTP status of the answer.';
COMMENT ON COLUMN press.origin.body IS 'The answer, up to 500 KiB; empty unless the status is 2xx.';
COMMENT ON COLUMN press.origin.read_at IS 'When it was read.';

COMMENT ON COLUMN press.run.finished_at IS 'When it ended, or when a later run found that it had died; null while it runs.';
COMMENT ON COLUMN press.page.attempts IS 'Crawls that asked for it; one asks twice at most.';

-- ---------------------------------------------------------------- fresh articles are looked at again
ALTER TABLE press.page
    ADD COLUMN etag          text,
    ADD COLUMN last_modified text,
    ADD COLUMN body_sha256   bytea,
    ADD COLUMN first_fetched_at timestamptz,
    ADD COLUMN look_again_at timestamptz;
COMMENT ON COLUMN press.page.etag IS 'ETag of the copy we have, byte for byte.';
COMMENT ON COLUMN press.page.last_modified IS 'Last-Modified of the copy we have, byte for byte.';
COMMENT ON COLUMN press.page.body_sha256 IS 'Digest of the copy we have.';
COMMENT ON COLUMN press.page.first_fetched_at IS 'When the first copy came.';
COMMENT ON COLUMN press.page.look_again_at IS 'When a fresh article is asked for again, to see whether it was corrected; null when it is not.';
UPDATE press.page SET first_fetched_at = fetched_at;
CREATE INDEX page_to_look_again ON press.page (source_id, look_again_at) WHERE look_again_at IS NOT NULL;

ALTER TABLE press.article
    ADD COLUMN stored_at     timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN segment_id    bigint REFERENCES press.segment,
    ADD COLUMN record_offset bigint;
COMMENT ON COLUMN press.article.extracted_at IS 'When its present text was stored.';
COMMENT ON COLUMN press.article.stored_at IS 'When it was stored for the first time.';
COMMENT ON COLUMN press.article.segment_id IS 'The segment that holds the copy it was extracted from.';
COMMENT ON COLUMN press.article.record_offset IS 'Byte offset of that copy.';
UPDATE press.article a SET stored_at = a.extracted_at, segment_id = p.segment_id, record_offset = p.record_offset
  FROM press.page p WHERE p.id = a.page_id;
CREATE INDEX article_source_stored ON press.article (source_id, stored_at);

CREATE TABLE press.revision (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id      bigint NOT NULL REFERENCES press.article ON DELETE CASCADE,
    noted_at        timestamptz NOT NULL DEFAULT now(),
    changed         text[] NOT NULL,
    title           text NOT NULL,
    lead            text NOT NULL,
    body            text NOT NULL,
    held_from       timestamptz NOT NULL,
    segment_id      bigint REFERENCES press.segment,
    record_offset   bigint,
    mentions_gained jsonb,
    mentions_lost   jsonb
);
CREATE INDEX revision_article ON press.revision (article_id, id);
CREATE INDEX revision_to_flag ON press.revision (article_id) WHERE mentions_gained IS NULL;
COMMENT ON TABLE  press.revision IS 'A text that an article had before its publisher changed it. The article itself holds the newest.';
COMMENT ON COLUMN press.revision.id IS 'Key.';
COMMENT ON COLUMN press.revision.article_id IS 'The article.';
COMMENT ON COLUMN press.revision.noted_at IS 'When the change was noted.';
COMMENT ON COLUMN press.revision.changed IS 'What changed: title, lead, body; or withdrawn, when the page is no longer there.';
COMMENT ON COLUMN press.revision.title IS 'Headline before.';
COMMENT ON COLUMN press.revision.lead IS 'Standfirst before.';
COMMENT ON COLUMN press.revision.body IS 'Body before.';
COMMENT ON COLUMN press.revision.held_from IS 'Since when we had that text.';
COMMENT ON COLUMN press.revision.segment_id IS 'The segment that holds the copy with that text.';
COMMENT ON COLUMN press.revision.record_offset IS 'Byte offset of that copy.';
COMMENT ON COLUMN press.revision.mentions_gained IS 'Mentions that the change brought: {sentence, category, polarity}; null until the new text is flagged.';
COMMENT ON COLUMN press.revision.mentions_lost IS 'Mentions that the change took away.';
