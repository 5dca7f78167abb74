-- An article whose text has changed waits for the flagger again; one that has not is not rewritten.
INSERT INTO press.article AS article (
       page_id, source_id, url, canonical_url, title, lead, body, authors, published_at, published_zone,
       published_from, modified_at, section, site_name, agency, language, paywall, words,
       extractor_version, fingerprint, keywords, segment_id, record_offset)
SELECT staged.page_id, staged.source_id, staged.url, staged.canonical_url, staged.title, staged.lead,
       staged.body, staged.authors, staged.published_at, staged.published_zone, staged.published_from,
       staged.modified_at, staged.section, staged.site_name, staged.agency, staged.language,
       staged.paywall, staged.words, staged.extractor_version, staged.fingerprint, staged.keywords,
       page.segment_id, page.record_offset
  FROM staged_article staged
  JOIN press.page ON page.id = staged.page_id
ON CONFLICT (page_id) DO UPDATE
   SET source_id = excluded.source_id, canonical_url = excluded.canonical_url, title = excluded.title,
       lead = excluded.lead, body = excluded.body, authors = excluded.authors,
       published_at = excluded.published_at, published_zone = excluded.published_zone,
       published_from = excluded.published_from, modified_at = excluded.modified_at,
       section = excluded.section, site_name = excluded.site_name, agency = excluded.agency,
       language = excluded.language, paywall = excluded.paywall, words = excluded.words,
       extractor_version = excluded.extractor_version, fingerprint = excluded.fingerprint,
       keywords = excluded.keywords,
       segment_id = excluded.segment_id, record_offset = excluded.record_offset,
       extracted_at = CASE WHEN (article.title, article.lead, article.body)
                                IS DISTINCT FROM (excluded.title, excluded.lead, excluded.body)
                           THEN now() ELSE article.extracted_at END,
       flagged_with = CASE WHEN (article.title, article.lead, article.body)
                                IS DISTINCT FROM (excluded.title, excluded.lead, excluded.body)
                           THEN NULL ELSE article.flagged_with END
 WHERE (article.source_id, article.canonical_url, article.title, article.lead, article.body, article.authors,
        article.published_at, article.modified_at, article.section, article.agency, article.paywall, article.keywords,
        article.extractor_version, article.segment_id, article.record_offset)
       IS DISTINCT FROM
       (excluded.source_id, excluded.canonical_url, excluded.title, excluded.lead, excluded.body, excluded.authors,
        excluded.published_at, excluded.modified_at, excluded.section, excluded.agency, excluded.paywall, excluded.keywords,
        excluded.extractor_version, excluded.segment_id, excluded.record_offset)
