CREATE TEMPORARY TABLE staged_article (
    page_id bigint, source_id text, url text, canonical_url text, title text, lead text, body text,
    authors text[], published_at timestamptz, published_zone text, published_from text,
    modified_at timestamptz, section text, site_name text, agency text, language text, paywall boolean,
    words integer, extractor_version text, fingerprint bytea, keywords text[]
) ON COMMIT DROP
