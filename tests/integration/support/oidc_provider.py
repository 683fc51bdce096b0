"""A small OpenID provider as a process of its own: code flow, PKCE, signed ID tokens, and faults.

In: `python -m tests.integration.support.oidc_provider CLIENT_ID CLIENT_SECRET`; behaviour by
POST /behaviour. Out: its address on the first line of stdout; the endpoints of a provider.
It signs in whoever asks, as the person that its behaviour names: nobody types anything.
"""

import base64
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """What the provider knows."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = ""
        self.behaviour: dict[str, Any] = {}

    def metadata(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            **self.behaviour.get("metadata", {}),
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on to."""
        if "error" in self.behaviour:
            answer = {"error": self.behaviour["error"], "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Return what a code is exchanged for; a code, a redirect and a verifier fit or do not."""
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        fits = (
            asked is not None
            and authorization == f"Basic {expected}"
            and form.get("redirect_uri") == asked["redirect_uri"]
            and create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
        )
        if asked is None or not fits:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "unused",
            "token_type": "Bearer",
            "id_token": self._id_token(asked["nonce"]),
        }

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "person-1",
            "email": "worker@inspection.example",
            "email_verified": True,
            "name": "한지우",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **self.behaviour.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        other = self.behaviour.get("other_key", False)
        key = RSAKey.generate_key(2048) if other else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    """Return the request handler of one provider."""

    class Handler(BaseHTTPRequestHandler):
        """Answers requests."""

        def do_GET(self) -> None:
            """Answer discovery, keys and authorization."""
            time.sleep(provider.behaviour.get("delay_s", 0))
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(303)
                self.send_header("Location", provider.authorize(_fields(parts.query)))
                self.end_headers()
                return
            documents = {
                "/.well-known/openid-configuration": provider.metadata(),
                "/keys": {"keys": [provider.key.as_dict(private=False)]},
            }
            self._send(200 if parts.path in documents else 404, documents.get(parts.path, {}))

        def do_POST(self) -> None:
            """Answer the token endpoint; take in behaviour."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/behaviour":
                provider.behaviour = json.loads(body)
                self._send(200, {})
                return
            time.sleep(provider.behaviour.get("delay_s", 0))
            authorization = self.headers.get("Authorization", "")
            self._send(*provider.token(_fields(body.decode()), authorization))

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

        def _send(self, status: int, document: dict[str, Any]) -> None:
            body = provider.behaviour.get("raw", "").encode() or json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def main() -> None:
    """Serve until the process is told to end."""
    provider = Provider(*sys.argv[1:3])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    sys.stdout.write(f"{provider.issuer}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
