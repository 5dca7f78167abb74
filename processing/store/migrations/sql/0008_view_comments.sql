-- What every column of a view is, for who reads the views alone.

COMMENT ON COLUMN press.v_mention.mention_id IS 'The mention. Flagging an article again gives its mentions new ones.';
COMMENT ON COLUMN press.v_mention.article_id IS 'The article it stands in.';
COMMENT ON COLUMN press.v_mention.category IS 'Kind of cooperation.';
COMMENT ON COLUMN press.v_mention.polarity IS 'denied, hypothetical, criticised or affirmed: the first of these that holds.';
COMMENT ON COLUMN press.v_mention.score IS 'How sure the flagger is, 0 to 1.';
COMMENT ON COLUMN press.v_mention.sentence IS 'The sentence, as printed.';
COMMENT ON COLUMN press.v_mention.field IS 'Where it stands: title, lead or body.';
COMMENT ON COLUMN press.v_mention.speaker IS 'Who says it, as printed; null for the article itself.';
COMMENT ON COLUMN press.v_mention.speaker_side IS 'Whose side the speaker is on: RUS, CHN, or another.';
COMMENT ON COLUMN press.v_mention.trigger IS 'The words that say cooperation.';
COMMENT ON COLUMN press.v_mention.certainty IS 'fact, reported or possible.';
COMMENT ON COLUMN press.v_mention.stance IS 'neutral, praised or criticised, by whoever speaks in the sentence.';
COMMENT ON COLUMN press.v_mention.time IS 'past, present, future or historical.';
COMMENT ON COLUMN press.v_mention.plover IS 'PLOVER event category.';
COMMENT ON COLUMN press.v_mention.cameo IS 'CAMEO code.';
COMMENT ON COLUMN press.v_mention.intensity IS 'Goldstein-like value, −10 (conflict) to +10 (cooperation).';
COMMENT ON COLUMN press.v_mention.title IS 'Headline of the article.';
COMMENT ON COLUMN press.v_mention.url IS 'Its address.';
COMMENT ON COLUMN press.v_mention.story_id IS 'The story it belongs to: articles of one story carry the same text.';
COMMENT ON COLUMN press.v_mention.paywall IS 'The page says that only a part can be read freely.';
COMMENT ON COLUMN press.v_mention.agency IS 'News agency that the article credits.';
COMMENT ON COLUMN press.v_mention.source_id IS 'The source; null for a site outside the catalogue.';
COMMENT ON COLUMN press.v_mention.source IS 'Its name.';
COMMENT ON COLUMN press.v_mention.country IS 'ISO 3166-1 code of the country it is published in.';
COMMENT ON COLUMN press.v_mention.kind IS 'Its kind: daily, weekly, agency, broadcaster, specialist, think-tank, international, government or state-media.';
COMMENT ON COLUMN press.v_mention.state_media_of IS 'ISO code of the state that directs it; null for a free press.';
COMMENT ON COLUMN press.v_mention.rules_version IS 'Version of rules and lexicons.';
COMMENT ON COLUMN press.v_mention.flagged_at IS 'When it was flagged.';

COMMENT ON COLUMN press.v_daily.day IS 'Day of publication in Paris; of extraction where the page gives none.';
COMMENT ON COLUMN press.v_daily.category IS 'Kind of cooperation.';
COMMENT ON COLUMN press.v_daily.polarity IS 'affirmed, denied, hypothetical or criticised.';
COMMENT ON COLUMN press.v_daily.country IS 'Country of the outlets.';
COMMENT ON COLUMN press.v_daily.kind IS 'Kind of the outlets.';
COMMENT ON COLUMN press.v_daily.state_media_of IS 'State that directs them; null for a free press.';
COMMENT ON COLUMN press.v_daily.mentions IS 'Mentions.';
COMMENT ON COLUMN press.v_daily.articles IS 'Articles they stand in.';
COMMENT ON COLUMN press.v_daily.stories IS 'Stories among these.';
COMMENT ON COLUMN press.v_daily.sources IS 'Sources among these.';

COMMENT ON COLUMN press.v_completeness.source_id IS 'The source.';

COMMENT ON COLUMN press.v_source_health.source_id IS 'The source.';
COMMENT ON COLUMN press.v_source_health.name IS 'Its name.';
COMMENT ON COLUMN press.v_source_health.disabled IS 'Why it is not crawled; null when it is.';
COMMENT ON COLUMN press.v_source_health.feeds IS 'Its feeds, sitemaps and sections.';
COMMENT ON COLUMN press.v_source_health.failing_feeds IS 'Those whose last look failed.';
COMMENT ON COLUMN press.v_source_health.last_ok_at IS 'Last look at any of them that went well.';
COMMENT ON COLUMN press.v_source_health.last_error IS 'Why the latest failing look failed.';
COMMENT ON COLUMN press.v_source_health.waiting IS 'Pages announced and not fetched yet.';
COMMENT ON COLUMN press.v_source_health.failed IS 'Pages given up.';
COMMENT ON COLUMN press.v_source_health.refused IS 'Pages left alone because robots.txt or a text-and-data-mining opt-out says so.';
COMMENT ON COLUMN press.v_source_health.expects_every IS 'It normally publishes at least once in this time.';

COMMENT ON COLUMN press.v_correction.revision_id IS 'The revision.';
COMMENT ON COLUMN press.v_correction.article_id IS 'The article.';
COMMENT ON COLUMN press.v_correction.noted_at IS 'When the change was noted.';
COMMENT ON COLUMN press.v_correction.source_id IS 'The source.';
COMMENT ON COLUMN press.v_correction.source IS 'Its name.';
COMMENT ON COLUMN press.v_correction.title IS 'Headline as it is now.';
COMMENT ON COLUMN press.v_correction.url IS 'Address.';
COMMENT ON COLUMN press.v_correction.title_before IS 'Headline before.';
