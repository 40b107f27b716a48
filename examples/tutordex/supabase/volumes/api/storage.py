"""Stand-in for Supabase Storage: objects are files, their metadata are rows.

As in the official service, the two halves live apart: a dump of the database has
the rows, only a copy of the bind mount has the bytes.
"""
import json
import os
import pathlib
import urllib.error
import urllib.parse
import urllib.request

import jwt
import web

SECRET = os.environ["AUTH_JWT_SECRET"]
SERVICE_KEY = os.environ["SERVICE_KEY"]
REST = os.environ["POSTGREST_URL"]
ROOT = pathlib.Path(os.environ["FILE_STORAGE_BACKEND_PATH"],
                    os.environ["GLOBAL_S3_BUCKET"], os.environ["TENANT_ID"])


class Storage(web.Handler):
    def do_GET(self):
        if self.path == "/status":
            return self.answer(200, {"ok": True, "stand_in": "storage"})
        path = self.object_path()
        if path is None:
            return None
        if not path.is_file():
            return self.answer(404, {"error": "not_found", "message": "Object not found"})
        return self.answer(200, path.read_bytes(), [("Content-Type", "application/octet-stream")])

    do_HEAD = do_GET

    def do_POST(self):
        body = self.read_body()
        path = self.object_path()
        if path is None:
            return None
        bucket, name = self.bucket, self.name
        try:
            rest("POST", "/buckets?on_conflict=id", [{"id": bucket}])
            rest("POST", "/objects?on_conflict=bucket_id,name",
                 [{"bucket_id": bucket, "name": name, "size": len(body)}])
        except urllib.error.URLError as error:
            return self.answer(503, {"error": "database", "message": str(error)})
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place, so that no copy ever holds half an object.
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(body)
        partial.replace(path)
        return self.answer(200, {"Key": f"{bucket}/{name}"})

    do_PUT = do_POST

    def do_DELETE(self):
        path = self.object_path()
        if path is None:
            return None
        query = urllib.parse.urlencode({"bucket_id": f"eq.{self.bucket}", "name": f"eq.{self.name}"})
        try:
            rest("DELETE", f"/objects?{query}", None)
        except urllib.error.URLError as error:
            return self.answer(503, {"error": "database", "message": str(error)})
        path.unlink(missing_ok=True)
        return self.answer(200, {"message": "Successfully deleted"})

    def object_path(self):
        """The file of /object/<bucket>/<name>; answers by itself when there is none."""
        claims = jwt.claims_of(jwt.bearer_of(self.headers), SECRET)
        if claims is None or claims.get("role") != "service_role":
            self.answer(403, {"error": "Unauthorized", "message": "service_role only"})
            return None
        parts = urllib.parse.unquote(self.path.split("?")[0]).strip("/").split("/")
        if len(parts) < 3 or parts[0] != "object" or any(p in ("", ".", "..") for p in parts):
            self.answer(404, {"error": "not_found", "message": "no such route"})
            return None
        self.bucket, self.name = parts[1], "/".join(parts[2:])
        return ROOT.joinpath(*parts[1:])


def rest(method, path, rows):
    request = urllib.request.Request(REST + path, method=method, headers={
        "Authorization": f"Bearer {SERVICE_KEY}",
        "Content-Type": "application/json",
        "Content-Profile": "storage",
        "Prefer": "resolution=merge-duplicates,return=minimal",
    }, data=None if rows is None else json.dumps(rows).encode())
    urllib.request.urlopen(request, timeout=10).close()


if __name__ == "__main__":
    web.serve(Storage, 5000)
