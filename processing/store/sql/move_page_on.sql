UPDATE press.page
   SET state = 'extracted', verdict = %(verdict)s, reason = %(reason)s, same_as = %(same_as)s,
       extracted_at = now()
 WHERE id = %(id)s
