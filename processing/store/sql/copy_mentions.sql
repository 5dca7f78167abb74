COPY press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, cameo, intensity,
                    polarity, negated, certainty, stance, time, actors, trigger, speaker, score, tier, features,
                    rules_version, cues, run_id) FROM STDIN
