"""Settings of the components, read from the environment.

What the environment does not say is looked up in `.env` files next to the code.
The container therefore sees every key of the folder that is mounted at /app,
also those that its own env_file leaves out.
"""
import os
import sys

BASE_DIR = os.path.dirname(os.path.abspath(sys.argv[0] or "."))


def _env_file_candidates():
    # A component started from a sub-folder (workers/, utilities/) has its .env one level up.
    return [os.path.join(BASE_DIR, ".env"), os.path.join(os.path.dirname(BASE_DIR), ".env"), "/app/.env"]


def load_dotenv():
    for path in _env_file_candidates():
        if not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                key, equals, value = line.strip().partition("=")
                if equals and not key.startswith("#"):
                    os.environ.setdefault(key.strip(), value.strip().strip("'\""))
        return


class MissingVariable(SystemExit):
    def __init__(self, name):
        super().__init__(f"missing environment variable: {name}")


def text(name, default=""):
    return os.environ.get(name, default).strip()


def required(name):
    value = text(name)
    if not value:
        raise MissingVariable(name)
    return value


def flag(name, default=False):
    return text(name, "true" if default else "false").lower() in ("1", "true", "yes", "on")


def number(name, default):
    # An empty value is an error on purpose: int("") says so.
    return int(os.environ.get(name, default))


def word_list(name):
    return [word.strip() for word in text(name).split(",") if word.strip()]


class AggregatorConfig:
    def __init__(self):
        self.supabase_url = text("SUPABASE_URL_DOCKER") or text("SUPABASE_URL_HOST") or required("SUPABASE_URL")
        self.supabase_key = required("SUPABASE_SERVICE_ROLE_KEY")
        self.telegram_api_base = text("TELEGRAM_API_BASE", "http://host.docker.internal:7070")
        self.session_string = text("SESSION_STRING")
        self.channel_list = word_list("CHANNEL_LIST")
        self.group_bot_token = text("GROUP_BOT_TOKEN")
        self.dm_bot_token = text("DM_BOT_TOKEN")
        self.aggregator_channel_id = text("AGGREGATOR_CHANNEL_ID")
        self.enable_broadcast = flag("ENABLE_BROADCAST")
        self.enable_dms = flag("ENABLE_DMS")
        self.dm_max_recipients = number("DM_MAX_RECIPIENTS", 1)
        self.schema_version = text("SCHEMA_VERSION")
        self.pipeline_version = text("EXTRACTION_PIPELINE_VERSION")
        self.tutorcity_enabled = flag("TUTORCITY_FETCH_ENABLED", True)
        self.tutorcity_api_url = text("TUTORCITY_API_URL")


class BackendConfig:
    def __init__(self):
        self.app_env = text("APP_ENV") or None
        self.compose_project = text("COMPOSE_PROJECT_NAME") or None
        self.supabase_url = text("SUPABASE_URL_DOCKER") or text("SUPABASE_URL_HOST") or required("SUPABASE_URL")
        self.supabase_key = required("SUPABASE_SERVICE_ROLE_KEY")
        self.redis_url = required("REDIS_URL")
        self.redis_prefix = text("REDIS_PREFIX", "tutordex:")
        self.telegram_api_base = text("TELEGRAM_API_BASE", "http://host.docker.internal:7070")
        self.link_bot_token = text("TRACKING_EDIT_BOT_TOKEN") or text("GROUP_BOT_TOKEN")
        self.auth_required = flag("AUTH_REQUIRED", True)
        self.admin_api_key = text("ADMIN_API_KEY")
        self.backend_api_key = text("BACKEND_API_KEY")
        self.firebase_admin_enabled = flag("FIREBASE_ADMIN_ENABLED")
        self.firebase_credentials_path = text("FIREBASE_ADMIN_CREDENTIALS_PATH")
        self.sick = flag("SICK")
        self.sick_file = text("BACKEND_SICK_FILE")


def load_aggregator_config():
    load_dotenv()
    return AggregatorConfig()


def load_backend_config():
    load_dotenv()
    return BackendConfig()
