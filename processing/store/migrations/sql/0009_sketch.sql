-- A value that many texts share is looked up within the fortnight alone, and from the index alone.
ALTER TABLE press.sketch DROP CONSTRAINT sketch_pkey,
                         ADD PRIMARY KEY (value, at, article_id) INCLUDE (size);
