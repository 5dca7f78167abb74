COPY staged_page (url, fetch_url, source_id, status, record_offset, fetched_at, refused) FROM STDIN
