INSERT INTO press.story (fingerprint)
SELECT DISTINCT fingerprint FROM staged_article ORDER BY fingerprint
ON CONFLICT (fingerprint) DO NOTHING
