-- Articles whose text has changed; those of the batch with the same text keep their story.
WITH changed AS (
     SELECT article.id, article.story_id
       FROM press.article
       JOIN staged_article staged ON staged.page_id = article.page_id
      WHERE article.fingerprint IS DISTINCT FROM staged.fingerprint AND article.story_id IS NOT NULL),
left_story AS (
     UPDATE press.article SET story_id = NULL FROM changed WHERE article.id = changed.id)
SELECT DISTINCT story_id FROM changed
