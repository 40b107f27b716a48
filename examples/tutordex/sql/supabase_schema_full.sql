-- TutorDex, schema public. Snapshot taken 2025-12-15; it already contains what
-- every dated file up to that day did. Newer dated files come on top of it.
-- Runs inside one transaction of the caller's.

CREATE TABLE public.telegram_messages_raw (
  id bigserial PRIMARY KEY,
  channel text NOT NULL,
  message_id bigint NOT NULL,
  body text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (channel, message_id)
);

CREATE TABLE public.telegram_extractions (
  id bigserial PRIMARY KEY,
  raw_id bigint NOT NULL REFERENCES public.telegram_messages_raw ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'claimed', 'done', 'failed')),
  claimed_by text,
  claimed_at timestamptz,
  finished_at timestamptz,
  error text
);
-- Workers only ever look for the oldest queued job.
CREATE INDEX telegram_extractions_queued_idx
  ON public.telegram_extractions (id) WHERE status = 'queued';
CREATE INDEX telegram_extractions_raw_idx ON public.telegram_extractions (raw_id);

CREATE TABLE public.assignments (
  id bigserial PRIMARY KEY,
  assignment_code text UNIQUE NOT NULL,
  subject text,
  level text,
  rate numeric,
  location text,
  freshness_tier text NOT NULL DEFAULT 'fresh',
  source text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX assignments_created_idx ON public.assignments (created_at DESC);

CREATE TABLE public.users (
  id bigserial PRIMARY KEY,
  telegram_id bigint UNIQUE,
  name text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.user_preferences (
  user_id bigint PRIMARY KEY REFERENCES public.users ON DELETE CASCADE,
  subjects jsonb NOT NULL DEFAULT '[]'
);

CREATE TABLE public.analytics_events (
  id bigserial PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);

-- Every raw message becomes a job, whoever inserted it.
CREATE FUNCTION public.enqueue_extraction() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.telegram_extractions (raw_id) VALUES (NEW.id);
  RETURN NEW;
END
$$;
CREATE TRIGGER telegram_messages_raw_enqueue
  AFTER INSERT ON public.telegram_messages_raw
  FOR EACH ROW EXECUTE FUNCTION public.enqueue_extraction();

-- Gives the oldest queued job to one worker; two workers never get the same one.
CREATE FUNCTION public.claim_extraction(worker text)
RETURNS SETOF public.telegram_extractions
LANGUAGE sql AS $$
  UPDATE public.telegram_extractions
  SET status = 'claimed', claimed_by = worker, claimed_at = now()
  WHERE id = (
    SELECT id FROM public.telegram_extractions
    WHERE status = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING *
$$;

CREATE FUNCTION public.finish_extraction(id bigint, ok boolean, err text DEFAULT NULL)
RETURNS void
LANGUAGE sql AS $$
  UPDATE public.telegram_extractions AS job
  SET status = CASE WHEN finish_extraction.ok THEN 'done' ELSE 'failed' END,
      finished_at = now(), error = finish_extraction.err
  WHERE job.id = finish_extraction.id
$$;
