"""Takes jobs from the extraction queue and turns raw messages into assignments."""
import os
import sys

from broadcast_assignments import send_broadcast
from dm_assignments import send_dms
from extraction import assignment_from
from shared.config import load_aggregator_config
from shared.http_json import HttpError
from shared.service import (
    HOSTNAME, Metrics, log_environment, logger_for, run_until_stopped, stop_on_sigterm, stopping,
)
from shared.supabase_rest import SupabaseRest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
IDLE_SECONDS = 2


def work_on(job, cfg, database, metrics, log):
    raw = database.select("telegram_messages_raw", id=f"eq.{job['raw_id']}")[0]
    assignment = assignment_from(raw["channel"], raw["message_id"], raw["body"])
    if not database.insert_new("assignments", [assignment], conflict="assignment_code"):
        return
    metrics.add("worker_assignments_total")
    if cfg.enable_broadcast:
        send_broadcast(assignment, cfg, database)
        metrics.add("worker_broadcasts_total")
    if cfg.enable_dms:
        metrics.add("worker_dms_total", send_dms(assignment, cfg, database))
    log.info("assignment %s", assignment["assignment_code"])


def next_job(cfg, database, metrics, log):
    """True if there was one. A job that fails is marked so and never blocks the queue."""
    jobs = database.call("claim_extraction", worker=HOSTNAME)
    if not jobs:
        return False
    job = jobs[0]
    try:
        work_on(job, cfg, database, metrics, log)
        failure = None
    except (HttpError, LookupError, ValueError) as error:
        failure = str(error)[:500]
        log.warning("job %s failed: %s", job["id"], failure)
        metrics.add("worker_errors_total")
    database.call("finish_extraction", id=job["id"], ok=failure is None, err=failure)
    metrics.add("worker_jobs_total")
    return True


def main():
    cfg = load_aggregator_config()
    log = logger_for("aggregator-worker", os.path.join(FOLDER, "logs"))
    log_environment(log)
    stop_on_sigterm()
    return run_until_stopped(lambda: work(cfg, log))


def work(cfg, log):
    metrics = Metrics("aggregator-worker")
    for name in ("worker_jobs_total", "worker_assignments_total", "worker_broadcasts_total", "worker_dms_total"):
        metrics.add(name, 0)
    metrics.serve(9002)
    database = SupabaseRest(cfg.supabase_url, cfg.supabase_key)
    log.info("worker started, broadcast %s, direct messages %s", cfg.enable_broadcast, cfg.enable_dms)
    while not stopping.is_set():
        try:
            busy = next_job(cfg, database, metrics, log)
        except HttpError as error:
            log.warning("will try again: %s", error)
            metrics.add("worker_errors_total")
            busy = False
        if not busy:
            stopping.wait(IDLE_SECONDS)
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
