-- Articles stored before have no sketch: they keep the stories that their equal texts gave them.
ALTER TABLE press.article ADD COLUMN fingerprint bytea;
ALTER TABLE press.article ADD COLUMN keywords text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN press.article.fingerprint IS 'Digest of the body''s words, case, accents and punctuation ignored; of title and body when it is short.';
COMMENT ON COLUMN press.article.keywords IS 'What the page says it is about.';
UPDATE press.article a SET fingerprint = s.fingerprint FROM press.story s WHERE s.id = a.story_id;
CREATE INDEX article_fingerprint ON press.article (fingerprint);
CREATE INDEX article_without_story ON press.article (id) WHERE story_id IS NULL;

ALTER TABLE press.story DROP COLUMN fingerprint;
COMMENT ON TABLE press.story IS 'Articles that carry the same text: copies of a dispatch, rewrites, updates, up to 14 days apart.';

CREATE TABLE press.sketch (
    value      bigint NOT NULL,
    article_id bigint NOT NULL REFERENCES press.article ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    size       integer NOT NULL,
    PRIMARY KEY (value, article_id)
);
CREATE INDEX sketch_article ON press.sketch (article_id);
COMMENT ON TABLE  press.sketch IS 'A small part of the shingles of each article''s text, by which those worth comparing are found.';
COMMENT ON COLUMN press.sketch.value IS 'Digest of a run of four words.';
COMMENT ON COLUMN press.sketch.article_id IS 'Whose text it is of.';
COMMENT ON COLUMN press.sketch.size IS 'How many values the article''s sketch has.';
COMMENT ON COLUMN press.sketch.at IS 'When the article was published, else fetched.';

DROP VIEW press.v_story;
CREATE VIEW press.v_story AS
SELECT a.story_id,
       min(a.published_at)                                              AS first_published_at,
       max(a.published_at)                                              AS last_published_at,
       (array_agg(a.title ORDER BY a.published_at NULLS LAST, a.id))[1] AS title,
       (array_agg(coalesce(s.name, a.site_name) ORDER BY a.published_at NULLS LAST, a.id))[1] AS first_source,
       count(*)                                                         AS articles,
       count(DISTINCT coalesce(a.source_id, a.site_name, split_part(a.url, '/', 3))) AS outlets,
       array_agg(DISTINCT coalesce(s.name, a.site_name)) FILTER (WHERE coalesce(s.name, a.site_name) IS NOT NULL) AS outlet_names,
       array_agg(DISTINCT a.agency) FILTER (WHERE a.agency IS NOT NULL)  AS agencies,
       sum((SELECT count(*) FROM press.mention m WHERE m.article_id = a.id)) AS mentions
  FROM press.article a
  LEFT JOIN press.source s ON s.id = a.source_id
 GROUP BY a.story_id;
COMMENT ON VIEW   press.v_story IS 'Stories: who had each first, and who else carries it.';
COMMENT ON COLUMN press.v_story.story_id IS 'The story.';
COMMENT ON COLUMN press.v_story.first_published_at IS 'When its first article was published.';
COMMENT ON COLUMN press.v_story.last_published_at IS 'When its last one was.';
COMMENT ON COLUMN press.v_story.title IS 'Title of the first.';
COMMENT ON COLUMN press.v_story.first_source IS 'Who had it first, by the articles'' own dates.';
COMMENT ON COLUMN press.v_story.articles IS 'Articles that carry it.';
COMMENT ON COLUMN press.v_story.outlets IS 'Independent outlets among them: sources, or sites outside the catalogue.';
COMMENT ON COLUMN press.v_story.outlet_names IS 'Their names.';
COMMENT ON COLUMN press.v_story.agencies IS 'Agencies that they credit.';
COMMENT ON COLUMN press.v_story.mentions IS 'Mentions in all of them.';

ALTER TABLE press.quarantine ADD COLUMN settled_at timestamptz;
COMMENT ON COLUMN press.quarantine.settled_at IS 'When a later try went well; null while it is held.';
COMMENT ON COLUMN press.quarantine.stage IS 'The stage that gave up: ingest or extract; date: an article that is stored without a date.';
