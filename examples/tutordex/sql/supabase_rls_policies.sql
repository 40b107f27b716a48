-- Row level security. The API roles hold every table privilege by default, so a
-- database without this file shows all rows to anybody with the anon key.

ALTER TABLE public.telegram_messages_raw ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.telegram_extractions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.analytics_events ENABLE ROW LEVEL SECURITY;

-- service_role bypasses row level security and needs no policy.
CREATE POLICY assignments_are_public ON public.assignments
  FOR SELECT TO anon, authenticated USING (true);

REVOKE ALL ON FUNCTION public.claim_extraction(text) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.finish_extraction(bigint, boolean, text) FROM PUBLIC, anon, authenticated;
