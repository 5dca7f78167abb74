-- What the web desk needs: the words that qualify a mention, what a review judged, and the ways to both.

ALTER TABLE press.mention ADD COLUMN cues jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN press.mention.cues IS 'List of {role, text, start, end}: the words that qualify it (negative, hedge, criticism …); empty for mentions stored before they were kept.';

-- A review says of which mention it speaks, for mentions come and go with the rules, and several may share a sentence.
ALTER TABLE press.review
    ADD COLUMN mention_category text,
    ADD COLUMN mention_polarity text,
    ADD COLUMN trigger_text     text,
    ADD COLUMN score            real,
    ADD COLUMN tier             smallint,
    ADD COLUMN rules_version    text,
    ADD CHECK (length(note) <= 2000),
    ADD CHECK (length(reviewer) BETWEEN 1 AND 200);
COMMENT ON COLUMN press.review.mention_category IS 'Category that the flagger had given it.';
COMMENT ON COLUMN press.review.mention_polarity IS 'Polarity that the flagger had given it.';
COMMENT ON COLUMN press.review.trigger_text IS 'The words that said cooperation, as printed.';
COMMENT ON COLUMN press.review.score IS 'The score it had.';
COMMENT ON COLUMN press.review.tier IS 'The tier that scored it.';
COMMENT ON COLUMN press.review.rules_version IS 'The rules that had found it.';

DROP INDEX press.review_sentence;
CREATE INDEX review_mention ON press.review (article_id, field, start_offset, end_offset, mention_category, id DESC);

CREATE VIEW press.v_review AS
SELECT DISTINCT ON (r.article_id, r.field, r.start_offset, r.end_offset, r.mention_category)
       r.id AS review_id,
       r.article_id,
       r.field,
       r.start_offset,
       r.end_offset,
       r.sentence,
       r.verdict,
       r.mention_category,
       r.mention_polarity,
       CASE WHEN r.verdict <> 'rejected' THEN coalesce(r.category, r.mention_category) END AS right_category,
       CASE WHEN r.verdict <> 'rejected' THEN coalesce(r.polarity, r.mention_polarity) END AS right_polarity,
       r.trigger_text,
       r.score,
       r.tier,
       r.rules_version,
       r.note,
       r.reviewer,
       r.reviewed_at,
       a.title,
       a.url,
       a.published_at,
       a.source_id,
       coalesce(s.name, a.site_name) AS source
  FROM press.review r
  JOIN press.article a ON a.id = r.article_id
  LEFT JOIN press.source s ON s.id = a.source_id
 ORDER BY r.article_id, r.field, r.start_offset, r.end_offset, r.mention_category, r.id DESC;
COMMENT ON VIEW press.v_review IS 'The latest verdict on each mention that a person judged, beside what the flagger had said.';
COMMENT ON COLUMN press.v_review.review_id IS 'The review.';
COMMENT ON COLUMN press.v_review.article_id IS 'The article that the mention stands in.';
COMMENT ON COLUMN press.v_review.field IS 'Where it stands: title, lead or body.';
COMMENT ON COLUMN press.v_review.start_offset IS 'Where its sentence begins, in code points.';
COMMENT ON COLUMN press.v_review.end_offset IS 'Where its sentence ends.';
COMMENT ON COLUMN press.v_review.sentence IS 'The sentence, as printed.';
COMMENT ON COLUMN press.v_review.verdict IS 'confirmed, rejected or corrected.';
COMMENT ON COLUMN press.v_review.mention_category IS 'Category that the flagger had given it.';
COMMENT ON COLUMN press.v_review.mention_polarity IS 'Polarity that the flagger had given it.';
COMMENT ON COLUMN press.v_review.trigger_text IS 'The words that said cooperation, as printed.';
COMMENT ON COLUMN press.v_review.score IS 'The score it had.';
COMMENT ON COLUMN press.v_review.tier IS 'The tier that scored it.';
COMMENT ON COLUMN press.v_review.rules_version IS 'The rules that had found it.';
COMMENT ON COLUMN press.v_review.note IS 'What the reviewer wrote.';
COMMENT ON COLUMN press.v_review.reviewer IS 'Who judged.';
COMMENT ON COLUMN press.v_review.reviewed_at IS 'When.';
COMMENT ON COLUMN press.v_review.title IS 'Headline of the article.';
COMMENT ON COLUMN press.v_review.url IS 'Its address.';
COMMENT ON COLUMN press.v_review.published_at IS 'When it was published.';
COMMENT ON COLUMN press.v_review.source_id IS 'Its source.';
COMMENT ON COLUMN press.v_review.source IS 'Name of the source, else of the site.';
COMMENT ON COLUMN press.v_review.right_category IS 'The category that holds by the review; null when the mention was rejected.';
COMMENT ON COLUMN press.v_review.right_polarity IS 'The polarity that holds by the review; null when the mention was rejected.';

-- By the date that the desk lists by: publication, else storing.
CREATE INDEX article_at ON press.article ((coalesce(published_at, stored_at)) DESC, id DESC);
CREATE INDEX article_stored ON press.article (stored_at DESC);
CREATE INDEX mention_words ON press.mention USING gin (to_tsvector('press.fr', sentence));
CREATE INDEX mention_flagged ON press.mention (flagged_at DESC);
-- What waits or was refused, by source, without reading the pages.
CREATE INDEX page_source_state ON press.page (source_id, state);

GRANT SELECT ON ALL TABLES IN SCHEMA press TO vedette_reader;
