-- Schema press: the state of every stage, and what people read.

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE SCHEMA IF NOT EXISTS press;
COMMENT ON SCHEMA press IS 'Vedette: the French-language defence and diplomacy press, and what it says of Russia–China cooperation.';

-- French search that ignores accents. unaccent stands before the stemmer, so « défense » and « defense » meet;
-- the price is that a few accented stop words (à, été, même) are indexed.
CREATE TEXT SEARCH CONFIGURATION press.fr (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION press.fr
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, french_stem;
COMMENT ON TEXT SEARCH CONFIGURATION press.fr IS 'French stems, accents ignored.';

-- ---------------------------------------------------------------- runs
CREATE TABLE press.run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stage       text NOT NULL CHECK (stage IN ('crawl', 'extract', 'flag', 'ingest', 'night')),
    subject     text,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    outcome     text NOT NULL DEFAULT 'running' CHECK (outcome IN ('running', 'done', 'failed')),
    counts      jsonb NOT NULL DEFAULT '{}',
    versions    jsonb NOT NULL DEFAULT '{}',
    error       text
);
CREATE INDEX run_stage_started ON press.run (stage, started_at DESC);
COMMENT ON TABLE  press.run IS 'One row per run of a stage.';
COMMENT ON COLUMN press.run.id IS 'Key.';
COMMENT ON COLUMN press.run.stage IS 'crawl, extract, flag, ingest, or night (the three together).';
COMMENT ON COLUMN press.run.subject IS 'What the run was asked for: source ids or file names; null for all that is due.';
COMMENT ON COLUMN press.run.started_at IS 'When it began.';
COMMENT ON COLUMN press.run.finished_at IS 'When it ended; null while it runs, and for good when it was killed.';
COMMENT ON COLUMN press.run.outcome IS 'running, done or failed.';
COMMENT ON COLUMN press.run.counts IS 'What it did: named whole numbers, and seconds.';
COMMENT ON COLUMN press.run.versions IS 'Versions of Vedette, of the extractor and of the rules that worked.';
COMMENT ON COLUMN press.run.error IS 'Why it failed, in one line.';

-- ---------------------------------------------------------------- sources and their channels
CREATE TABLE press.source (
    id             text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]+$'),
    name           text NOT NULL,
    country        text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    kind           text NOT NULL CHECK (kind IN ('daily', 'weekly', 'agency', 'broadcaster', 'specialist',
                                                 'think-tank', 'international', 'government', 'state-media')),
    homepage       text NOT NULL,
    language       text NOT NULL DEFAULT 'fr',
    state_media_of text CHECK (state_media_of ~ '^[A-Z]{2}$'),
    verification   text,
    delay          real CHECK (delay >= 0),
    expects_every  interval,
    disabled       text,
    listed         boolean NOT NULL DEFAULT true,
    synced_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE  press.source IS 'A publication, as the catalogue states it.';
COMMENT ON COLUMN press.source.id IS 'Short name, [a-z0-9-]+, stable for ever.';
COMMENT ON COLUMN press.source.name IS 'Name as printed.';
COMMENT ON COLUMN press.source.country IS 'ISO 3166-1 code of the country it is published in (EU and UN for their own bodies).';
COMMENT ON COLUMN press.source.kind IS 'daily, weekly, agency, broadcaster, specialist, think-tank, international, government or state-media.';
COMMENT ON COLUMN press.source.homepage IS 'Address of the home page.';
COMMENT ON COLUMN press.source.language IS 'Language code of its articles.';
COMMENT ON COLUMN press.source.state_media_of IS 'ISO code of the state that directs it; null for a free press.';
COMMENT ON COLUMN press.source.verification IS 'How far its addresses have been checked, and by whom.';
COMMENT ON COLUMN press.source.delay IS 'Least seconds between two requests, where the catalogue asks for more than the setting.';
COMMENT ON COLUMN press.source.expects_every IS 'It normally publishes at least once in this time.';
COMMENT ON COLUMN press.source.disabled IS 'Why it is not crawled; null when it is.';
COMMENT ON COLUMN press.source.listed IS 'False once the catalogue no longer has it; its articles stay.';
COMMENT ON COLUMN press.source.synced_at IS 'When the catalogue was last read into this row.';

CREATE TABLE press.feed (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id      text NOT NULL REFERENCES press.source ON DELETE CASCADE,
    url            text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('feed', 'sitemap', 'section')),
    listed         boolean NOT NULL DEFAULT true,
    etag           text,
    last_modified  text,
    body_sha256    bytea,
    due_at         timestamptz NOT NULL DEFAULT '-infinity',
    failures       integer NOT NULL DEFAULT 0,
    last_polled_at timestamptz,
    last_ok_at     timestamptz,
    last_error     text,
    UNIQUE (source_id, url)
);
CREATE INDEX feed_due ON press.feed (due_at) WHERE listed;
COMMENT ON TABLE  press.feed IS 'A place where a source announces articles: a feed, a news sitemap or a section page.';
COMMENT ON COLUMN press.feed.id IS 'Key.';
COMMENT ON COLUMN press.feed.source_id IS 'Whose it is.';
COMMENT ON COLUMN press.feed.url IS 'Its address, byte for byte as the catalogue has it.';
COMMENT ON COLUMN press.feed.kind IS 'feed (RSS, Atom, JSON Feed), sitemap (or sitemap index) or section.';
COMMENT ON COLUMN press.feed.listed IS 'False once the catalogue no longer has it.';
COMMENT ON COLUMN press.feed.etag IS 'ETag of the last body, byte for byte, sent back as If-None-Match.';
COMMENT ON COLUMN press.feed.last_modified IS 'Last-Modified of the last body, byte for byte, sent back as If-Modified-Since.';
COMMENT ON COLUMN press.feed.body_sha256 IS 'Digest of the last body: finds an unchanged one that came with status 200.';
COMMENT ON COLUMN press.feed.due_at IS 'Not looked at before this time.';
COMMENT ON COLUMN press.feed.failures IS 'Failed looks in a row.';
COMMENT ON COLUMN press.feed.last_polled_at IS 'Last look, good or bad.';
COMMENT ON COLUMN press.feed.last_ok_at IS 'Last look that brought items or « unchanged ».';
COMMENT ON COLUMN press.feed.last_error IS 'Why the last look failed; null when it did not.';

CREATE TABLE press.poll (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id   bigint NOT NULL REFERENCES press.feed ON DELETE CASCADE,
    run_id    bigint REFERENCES press.run ON DELETE SET NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    outcome   text NOT NULL CHECK (outcome IN ('items', 'unchanged', 'empty', 'failed', 'refused')),
    status    integer,
    items     integer NOT NULL DEFAULT 0,
    new_items integer NOT NULL DEFAULT 0,
    bytes     bigint NOT NULL DEFAULT 0,
    seconds   real,
    error     text
);
CREATE INDEX poll_feed_at ON press.poll (feed_id, at DESC);
CREATE INDEX poll_at ON press.poll USING brin (at);
COMMENT ON TABLE  press.poll IS 'Every look at a feed, good or bad.';
COMMENT ON COLUMN press.poll.id IS 'Key.';
COMMENT ON COLUMN press.poll.feed_id IS 'What was looked at.';
COMMENT ON COLUMN press.poll.run_id IS 'The crawl that looked.';
COMMENT ON COLUMN press.poll.at IS 'When.';
COMMENT ON COLUMN press.poll.outcome IS 'items, unchanged (304 or same body), empty, failed, or refused (robots.txt).';
COMMENT ON COLUMN press.poll.status IS 'HTTP status; null when there was no answer.';
COMMENT ON COLUMN press.poll.items IS 'Article addresses seen.';
COMMENT ON COLUMN press.poll.new_items IS 'Those not known before.';
COMMENT ON COLUMN press.poll.bytes IS 'Size of the body.';
COMMENT ON COLUMN press.poll.seconds IS 'Time from request to the end of the answer.';
COMMENT ON COLUMN press.poll.error IS 'Why it failed, in one line.';

-- ---------------------------------------------------------------- archive
CREATE TABLE press.segment (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path      text NOT NULL,
    origin    text NOT NULL DEFAULT 'crawl' CHECK (origin IN ('crawl', 'ingest')),
    records   integer NOT NULL,
    bytes     bigint NOT NULL,
    sha256    bytea NOT NULL,
    run_id    bigint REFERENCES press.run ON DELETE SET NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (path, sha256)
);
COMMENT ON TABLE  press.segment IS 'A sealed WARC file: never written again.';
COMMENT ON COLUMN press.segment.id IS 'Key.';
COMMENT ON COLUMN press.segment.path IS 'Relative to the archive folder for our own, absolute for an ingested file.';
COMMENT ON COLUMN press.segment.origin IS 'crawl (we wrote it) or ingest (somebody else''s file).';
COMMENT ON COLUMN press.segment.records IS 'WARC records in it.';
COMMENT ON COLUMN press.segment.bytes IS 'Size on disk.';
COMMENT ON COLUMN press.segment.sha256 IS 'Digest of the whole file.';
COMMENT ON COLUMN press.segment.run_id IS 'The run that sealed or registered it.';
COMMENT ON COLUMN press.segment.sealed_at IS 'When it was registered.';

CREATE TABLE press.page (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url             text NOT NULL UNIQUE,
    source_id       text REFERENCES press.source,
    feed_id         bigint REFERENCES press.feed ON DELETE SET NULL,
    fetch_url       text NOT NULL,
    state           text NOT NULL DEFAULT 'discovered'
                    CHECK (state IN ('discovered', 'fetched', 'extracted', 'refused_robots', 'refused_tdm', 'gone', 'failed')),
    verdict         text CHECK (verdict IN ('article', 'not_article', 'not_french', 'duplicate', 'quarantined')),
    reason          text,
    same_as         bigint REFERENCES press.page ON DELETE SET NULL,
    announced_title text,
    announced_at    timestamptz,
    discovered_at   timestamptz NOT NULL DEFAULT now(),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT '-infinity',
    status          integer,
    segment_id      bigint REFERENCES press.segment,
    record_offset   bigint,
    fetched_at      timestamptz,
    extracted_at    timestamptz,
    CHECK ((segment_id IS NULL) = (record_offset IS NULL)),
    CHECK (state NOT IN ('fetched', 'extracted') OR segment_id IS NOT NULL)
);
CREATE INDEX page_to_fetch ON press.page (source_id, next_attempt_at) WHERE state = 'discovered';
CREATE INDEX page_to_extract ON press.page (segment_id, record_offset) WHERE state = 'fetched';
CREATE INDEX page_source_discovered ON press.page (source_id, discovered_at DESC);
COMMENT ON TABLE  press.page IS 'One row per canonical address that was ever announced.';
COMMENT ON COLUMN press.page.id IS 'Key.';
COMMENT ON COLUMN press.page.url IS 'Canonical address: no tracking parameters, no fragment; the identity of the page.';
COMMENT ON COLUMN press.page.source_id IS 'Whose it is; null for an ingested page of a host the catalogue does not have.';
COMMENT ON COLUMN press.page.feed_id IS 'Where it was first announced.';
COMMENT ON COLUMN press.page.fetch_url IS 'The address to ask for, as announced.';
COMMENT ON COLUMN press.page.state IS 'discovered → fetched → extracted, or refused_robots, refused_tdm, gone, failed.';
COMMENT ON COLUMN press.page.verdict IS 'What extraction found: article, not_article, not_french, duplicate or quarantined.';
COMMENT ON COLUMN press.page.reason IS 'Why it is in this state, in one line, where that is not plain.';
COMMENT ON COLUMN press.page.same_as IS 'For a duplicate: the page that holds the article.';
COMMENT ON COLUMN press.page.announced_title IS 'Title given by the feed.';
COMMENT ON COLUMN press.page.announced_at IS 'Publication time given by the feed.';
COMMENT ON COLUMN press.page.discovered_at IS 'When it was first announced to us.';
COMMENT ON COLUMN press.page.attempts IS 'Times it was asked for.';
COMMENT ON COLUMN press.page.next_attempt_at IS 'Not asked for before this time.';
COMMENT ON COLUMN press.page.status IS 'HTTP status of the last answer.';
COMMENT ON COLUMN press.page.segment_id IS 'The sealed segment that holds the response.';
COMMENT ON COLUMN press.page.record_offset IS 'Byte offset of the response record in the segment.';
COMMENT ON COLUMN press.page.fetched_at IS 'When the response came.';
COMMENT ON COLUMN press.page.extracted_at IS 'When it was last extracted.';

-- ---------------------------------------------------------------- articles
CREATE TABLE press.story (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint bytea NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE  press.story IS 'Articles that carry the same text.';
COMMENT ON COLUMN press.story.id IS 'Key.';
COMMENT ON COLUMN press.story.fingerprint IS 'Digest of the body''s words, case, accents and punctuation ignored.';
COMMENT ON COLUMN press.story.created_at IS 'When its first article was stored.';

CREATE TABLE press.article (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    page_id           bigint NOT NULL UNIQUE REFERENCES press.page ON DELETE CASCADE,
    source_id         text REFERENCES press.source,
    url               text NOT NULL,
    canonical_url     text,
    title             text NOT NULL,
    lead              text NOT NULL DEFAULT '',
    body              text NOT NULL,
    authors           text[] NOT NULL DEFAULT '{}',
    published_at      timestamptz,
    published_zone    text CHECK (published_zone IN ('stated', 'assumed')),
    published_from    text,
    modified_at       timestamptz,
    section           text,
    site_name         text,
    agency            text,
    language          text NOT NULL,
    paywall           boolean NOT NULL DEFAULT false,
    words             integer NOT NULL,
    story_id          bigint REFERENCES press.story,
    extractor_version text NOT NULL,
    extracted_at      timestamptz NOT NULL DEFAULT now(),
    flagged_with      text,
    flagged_at        timestamptz,
    search            tsvector GENERATED ALWAYS AS (
                          setweight(to_tsvector('press.fr', title), 'A') ||
                          setweight(to_tsvector('press.fr', lead), 'B') ||
                          setweight(to_tsvector('press.fr', left(body, 400000)), 'D')) STORED
);
CREATE INDEX article_search ON press.article USING gin (search);
CREATE INDEX article_published ON press.article (published_at DESC NULLS LAST, id DESC);
CREATE INDEX article_source_published ON press.article (source_id, published_at DESC);
CREATE INDEX article_story ON press.article (story_id);
CREATE INDEX article_canonical ON press.article (canonical_url);
CREATE INDEX article_to_flag ON press.article (id) WHERE flagged_with IS NULL;
COMMENT ON TABLE  press.article IS 'The text of an article, cleaned, and what is known of it.';
COMMENT ON COLUMN press.article.id IS 'Key.';
COMMENT ON COLUMN press.article.page_id IS 'The page it was extracted from.';
COMMENT ON COLUMN press.article.source_id IS 'Whose it is.';
COMMENT ON COLUMN press.article.url IS 'Address of the page.';
COMMENT ON COLUMN press.article.canonical_url IS 'Canonical address: the one the page names, else its own. Copies of one article share it.';
COMMENT ON COLUMN press.article.title IS 'Headline, without the name of the site.';
COMMENT ON COLUMN press.article.lead IS 'Standfirst; empty when there is none.';
COMMENT ON COLUMN press.article.body IS 'Body, paragraphs separated by a newline.';
COMMENT ON COLUMN press.article.authors IS 'People who signed it.';
COMMENT ON COLUMN press.article.published_at IS 'When it was published.';
COMMENT ON COLUMN press.article.published_zone IS 'stated by the page, or assumed (Europe/Paris).';
COMMENT ON COLUMN press.article.published_from IS 'Where the date came from: json-ld, opengraph, meta, time, htmldate or feed.';
COMMENT ON COLUMN press.article.modified_at IS 'When the page says it was last changed.';
COMMENT ON COLUMN press.article.section IS 'Section as the page names it.';
COMMENT ON COLUMN press.article.site_name IS 'Site as the page names itself.';
COMMENT ON COLUMN press.article.agency IS 'News agency it credits: AFP, Reuters …';
COMMENT ON COLUMN press.article.language IS 'Language of the body.';
COMMENT ON COLUMN press.article.paywall IS 'The page says that only a part can be read freely.';
COMMENT ON COLUMN press.article.words IS 'Words in title, lead and body.';
COMMENT ON COLUMN press.article.story_id IS 'The story it belongs to.';
COMMENT ON COLUMN press.article.extractor_version IS 'What extracted it.';
COMMENT ON COLUMN press.article.extracted_at IS 'When it was stored.';
COMMENT ON COLUMN press.article.flagged_with IS 'Version of the rules that read it; null while it waits.';
COMMENT ON COLUMN press.article.flagged_at IS 'When they read it.';
COMMENT ON COLUMN press.article.search IS 'Title, lead and body for full-text search, accents ignored.';

CREATE TABLE press.mention (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id    bigint NOT NULL REFERENCES press.article ON DELETE CASCADE,
    field         text NOT NULL CHECK (field IN ('title', 'lead', 'body')),
    start_offset  integer NOT NULL CHECK (start_offset >= 0),
    end_offset    integer NOT NULL CHECK (end_offset > start_offset),
    sentence      text NOT NULL,
    category      text NOT NULL CHECK (category IN ('MIL_EXERCISE', 'ARMS_TRANSFER', 'MIL_DIPLO', 'VISIT', 'STRATEGIC', 'ENERGY',
                                                    'TRADE_FIN', 'TECH_SPACE', 'MULTILATERAL', 'INTEL_CYBER', 'INFO')),
    plover        text NOT NULL,
    cameo         text NOT NULL,
    intensity     real NOT NULL,
    polarity      text NOT NULL CHECK (polarity IN ('affirmed', 'denied', 'hypothetical', 'criticised')),
    negated       boolean NOT NULL,
    certainty     text NOT NULL CHECK (certainty IN ('fact', 'reported', 'possible')),
    stance        text NOT NULL CHECK (stance IN ('neutral', 'praised', 'criticised')),
    time          text NOT NULL CHECK (time IN ('past', 'present', 'future', 'historical')),
    actors        jsonb NOT NULL,
    trigger       jsonb NOT NULL,
    speaker       jsonb,
    score         real NOT NULL CHECK (score BETWEEN 0 AND 1),
    tier          smallint NOT NULL,
    features      jsonb NOT NULL,
    rules_version text NOT NULL,
    run_id        bigint REFERENCES press.run ON DELETE SET NULL,
    flagged_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (article_id, field, start_offset, end_offset, category)
);
CREATE INDEX mention_category ON press.mention (category, article_id);
CREATE INDEX mention_polarity ON press.mention (polarity, article_id);
COMMENT ON TABLE  press.mention IS 'One sentence that speaks of Russia–China cooperation, with its evidence.';
COMMENT ON COLUMN press.mention.id IS 'Key. Flagging an article again replaces its mentions.';
COMMENT ON COLUMN press.mention.article_id IS 'Where it stands.';
COMMENT ON COLUMN press.mention.field IS 'title, lead or body.';
COMMENT ON COLUMN press.mention.start_offset IS 'First code point of the sentence in that field.';
COMMENT ON COLUMN press.mention.end_offset IS 'Code point after its last.';
COMMENT ON COLUMN press.mention.sentence IS 'The sentence, as printed.';
COMMENT ON COLUMN press.mention.category IS 'Kind of cooperation.';
COMMENT ON COLUMN press.mention.plover IS 'PLOVER event category.';
COMMENT ON COLUMN press.mention.cameo IS 'CAMEO code.';
COMMENT ON COLUMN press.mention.intensity IS 'Goldstein-like value, −10 (conflict) to +10 (cooperation).';
COMMENT ON COLUMN press.mention.polarity IS 'denied, hypothetical, criticised or affirmed: the first of these that holds.';
COMMENT ON COLUMN press.mention.negated IS 'The sentence says that the cooperation is refused, absent, limited or ended.';
COMMENT ON COLUMN press.mention.certainty IS 'fact, reported or possible.';
COMMENT ON COLUMN press.mention.stance IS 'neutral, praised or criticised, by whoever speaks in the sentence.';
COMMENT ON COLUMN press.mention.time IS 'past, present, future or historical.';
COMMENT ON COLUMN press.mention.actors IS 'List of {side, text, kind, start, end}; offsets as in start_offset.';
COMMENT ON COLUMN press.mention.trigger IS '{text, start, end}: the words that say cooperation.';
COMMENT ON COLUMN press.mention.speaker IS '{text, side}: who says it; null for the article itself.';
COMMENT ON COLUMN press.mention.score IS 'How sure the flagger is, 0 to 1.';
COMMENT ON COLUMN press.mention.tier IS '1 rules and weights, 2 sentence vectors as well.';
COMMENT ON COLUMN press.mention.features IS 'Named numbers that made the score.';
COMMENT ON COLUMN press.mention.rules_version IS 'Version of rules and lexicons.';
COMMENT ON COLUMN press.mention.run_id IS 'The run that flagged it.';
COMMENT ON COLUMN press.mention.flagged_at IS 'When.';

CREATE TABLE press.review (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id   bigint NOT NULL REFERENCES press.article ON DELETE CASCADE,
    field        text NOT NULL CHECK (field IN ('title', 'lead', 'body')),
    start_offset integer NOT NULL,
    end_offset   integer NOT NULL,
    sentence     text NOT NULL,
    verdict      text NOT NULL CHECK (verdict IN ('confirmed', 'rejected', 'corrected')),
    category     text,
    polarity     text,
    note         text,
    reviewer     text NOT NULL,
    reviewed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX review_sentence ON press.review (article_id, field, start_offset);
COMMENT ON TABLE  press.review IS 'What a person said of a mention. It is kept by sentence, so it outlives a new flagging.';
COMMENT ON COLUMN press.review.id IS 'Key.';
COMMENT ON COLUMN press.review.article_id IS 'The article.';
COMMENT ON COLUMN press.review.field IS 'title, lead or body.';
COMMENT ON COLUMN press.review.start_offset IS 'First code point of the sentence.';
COMMENT ON COLUMN press.review.end_offset IS 'Code point after its last.';
COMMENT ON COLUMN press.review.sentence IS 'The sentence that was judged.';
COMMENT ON COLUMN press.review.verdict IS 'confirmed, rejected or corrected.';
COMMENT ON COLUMN press.review.category IS 'The right category, when corrected.';
COMMENT ON COLUMN press.review.polarity IS 'The right polarity, when corrected.';
COMMENT ON COLUMN press.review.note IS 'Why.';
COMMENT ON COLUMN press.review.reviewer IS 'Who.';
COMMENT ON COLUMN press.review.reviewed_at IS 'When.';

CREATE TABLE press.quarantine (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stage         text NOT NULL,
    subject       text NOT NULL,
    page_id       bigint REFERENCES press.page ON DELETE CASCADE,
    record_offset bigint,
    reason        text NOT NULL,
    attempts      integer NOT NULL DEFAULT 1,
    first_at      timestamptz NOT NULL DEFAULT now(),
    last_at       timestamptz NOT NULL DEFAULT now(),
    run_id        bigint REFERENCES press.run ON DELETE SET NULL,
    UNIQUE (stage, subject)
);
COMMENT ON TABLE  press.quarantine IS 'What a stage could not digest. Nothing is dropped without a row here.';
COMMENT ON COLUMN press.quarantine.id IS 'Key.';
COMMENT ON COLUMN press.quarantine.stage IS 'The stage that gave up.';
COMMENT ON COLUMN press.quarantine.subject IS 'What: an address, or a file and byte offset.';
COMMENT ON COLUMN press.quarantine.page_id IS 'The page, where there is one.';
COMMENT ON COLUMN press.quarantine.record_offset IS 'Byte offset in the file, where there is one.';
COMMENT ON COLUMN press.quarantine.reason IS 'Why, in one line.';
COMMENT ON COLUMN press.quarantine.attempts IS 'Times it was tried.';
COMMENT ON COLUMN press.quarantine.first_at IS 'First time.';
COMMENT ON COLUMN press.quarantine.last_at IS 'Last time.';
COMMENT ON COLUMN press.quarantine.run_id IS 'The last run that tried.';
