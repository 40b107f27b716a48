"""The database, as the programs see it: PostgREST behind the Supabase gateway."""
from urllib.parse import quote, urlencode

from shared.http_json import request


class SupabaseRest:
    def __init__(self, url, key):
        self.base = url.rstrip("/") + "/rest/v1"
        self.headers = {"apikey": key, "Authorization": f"Bearer {key}"}

    def select(self, table, **filters):
        return request("GET", f"{self.base}/{table}?{urlencode(filters, quote_via=quote)}", headers=self.headers)

    def insert_new(self, table, rows, conflict):
        """Rows that were not there before; rows that were are left as they are."""
        prefer = "resolution=ignore-duplicates,return=representation"
        return request("POST", f"{self.base}/{table}?on_conflict={conflict}", body=rows,
                       headers={**self.headers, "Prefer": prefer})

    def insert(self, table, row):
        return request("POST", f"{self.base}/{table}", body=row,
                       headers={**self.headers, "Prefer": "return=representation"})

    def update(self, table, values, **filters):
        return request("PATCH", f"{self.base}/{table}?{urlencode(filters, quote_via=quote)}", body=values,
                       headers={**self.headers, "Prefer": "return=representation"})

    def delete(self, table, **filters):
        return request("DELETE", f"{self.base}/{table}?{urlencode(filters, quote_via=quote)}",
                       headers={**self.headers, "Prefer": "return=representation"})

    def call(self, function, **arguments):
        return request("POST", f"{self.base}/rpc/{function}", body=arguments, headers=self.headers)
