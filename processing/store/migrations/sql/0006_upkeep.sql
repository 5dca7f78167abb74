-- Recorded pages need not be kept for ever; their rows are.
ALTER TABLE press.segment ADD COLUMN removed_at timestamptz;
COMMENT ON COLUMN press.segment.removed_at IS 'When its file was removed, its time being over; null while it is kept.';
COMMENT ON COLUMN press.page.segment_id IS 'The sealed segment that holds the response, or held it while it was kept (press.segment.removed_at).';
COMMENT ON COLUMN press.article.segment_id IS 'The segment that holds the copy it was extracted from, or held it while it was kept.';
COMMENT ON COLUMN press.revision.segment_id IS 'The segment that holds the copy with that text, or held it while it was kept.';
