COPY staged_article (page_id, source_id, url, canonical_url, title, lead, body, authors, published_at,
                     published_zone, published_from, modified_at, section, site_name, agency, language,
                     paywall, words, extractor_version, fingerprint, keywords) FROM STDIN
