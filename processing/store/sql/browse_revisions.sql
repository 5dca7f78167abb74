SELECT revision.id AS revision_id, revision.noted_at, revision.held_from, revision.changed, revision.title, revision.lead,
       revision.body, revision.mentions_gained, revision.mentions_lost, segment.path AS segment, revision.record_offset
  FROM press.revision
  LEFT JOIN press.segment ON segment.id = revision.segment_id
 WHERE revision.article_id = %(article)s
 ORDER BY revision.id DESC
 LIMIT 100
