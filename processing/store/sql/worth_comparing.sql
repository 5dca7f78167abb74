-- Pairs of articles whose sketches agree, those that agree best first.
SELECT pair.one, pair.other, article.extracted_at, article.story_id, pair.identical
  FROM (SELECT one, other, bool_or(identical) AS identical, max(share) AS share
          FROM (SELECT mine.article_id AS one, their.article_id AS other, false AS identical,
                       count(*)::real / least(min(mine.size), min(their.size)) AS share
                  FROM press.sketch mine
                  JOIN press.sketch their
                    ON their.value = mine.value AND their.article_id <> mine.article_id
                   AND their.at BETWEEN mine.at - %(window)s AND mine.at + %(window)s
                 WHERE mine.article_id = ANY (%(articles)s)
                 GROUP BY 1, 2
                HAVING count(*) >= greatest(%(agreeing)s, %(share)s * least(min(mine.size), min(their.size)))
                 UNION ALL
                SELECT mine.id, their.id, true, 1
                  FROM press.article mine
                  JOIN press.article their ON their.fingerprint = mine.fingerprint AND their.id <> mine.id
                   AND coalesce(their.published_at, their.extracted_at)
                       BETWEEN coalesce(mine.published_at, mine.extracted_at) - %(window)s
                           AND coalesce(mine.published_at, mine.extracted_at) + %(window)s
                 WHERE mine.id = ANY (%(articles)s)) AS found
         GROUP BY one, other) AS pair
  JOIN press.article ON article.id = pair.other
 ORDER BY pair.identical DESC, pair.share DESC, pair.one, pair.other
