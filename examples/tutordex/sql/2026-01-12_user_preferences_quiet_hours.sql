-- Tutors asked for hours without direct messages, such as '22:00-07:00'.
ALTER TABLE public.user_preferences ADD COLUMN quiet_hours text;
