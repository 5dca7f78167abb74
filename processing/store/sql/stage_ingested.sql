CREATE TEMPORARY TABLE staged_page (
    position bigint GENERATED ALWAYS AS IDENTITY, url text, fetch_url text, source_id text,
    status integer, record_offset bigint, fetched_at timestamptz, refused text
) ON COMMIT DROP
