-- The list filtered by rate was scanning the whole table.
-- Not CONCURRENTLY: migrations run inside a transaction.
CREATE INDEX assignments_rate_idx ON public.assignments (rate);
