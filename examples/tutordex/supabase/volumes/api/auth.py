"""Stand-in for GoTrue: says whose token it was shown. It issues none."""
import os

import jwt
import web

SECRET = os.environ["GOTRUE_JWT_SECRET"]


class Auth(web.Handler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"name": "GoTrue", "version": "stand-in", "stand_in": "auth"})
        claims = jwt.claims_of(jwt.bearer_of(self.headers), SECRET)
        if claims is None:
            return self.answer(401, {"code": 401, "msg": "invalid JWT"})
        if self.path == "/user":
            return self.answer(200, {"role": claims.get("role"), "iss": claims.get("iss")})
        if self.path == "/admin/users":
            if claims.get("role") != "service_role":
                return self.answer(403, {"code": 403, "msg": "User not allowed"})
            return self.answer(501, {"code": 501, "msg": "the stand-in keeps no users"})
        return self.answer(404, {"code": 404, "msg": "not found"})


if __name__ == "__main__":
    web.serve(Auth, 9999)
