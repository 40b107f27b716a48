-- One-off, run by hand on 2025-11-20. NOT part of setting up a database: the
-- snapshot is newer and holds the outcome.
-- The trigger was put back by hand the next day, which this file does not do. On a
-- new database it would leave a queue that never fills, without any error.

DROP TRIGGER IF EXISTS telegram_messages_raw_enqueue ON public.telegram_messages_raw;

DELETE FROM public.telegram_extractions
WHERE status = 'failed' AND finished_at < '2025-11-01';

UPDATE public.assignments SET freshness_tier = 'expired' WHERE source = 'import-2024';
