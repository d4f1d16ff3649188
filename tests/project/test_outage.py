"""PostgreSQL goes away and comes back under a real server: 503 while it is gone, no error afterwards."""

from pathlib import Path

from healthkit.embedded_postgres import EmbeddedPostgres
from tests.deployment import Deployment

# A cookie makes the session middleware ask the database.
SESSION = {"Cookie": "sessionid=0123456789abcdef0123456789abcdef"}
NEEDS_DATABASE = ("/readyz", "/own-code", "/assisted", "/admin/")


def test_server_answers_503_while_postgresql_is_away_and_200_at_the_first_request_after(
    tmp_path: Path,
) -> None:
    postgres = EmbeddedPostgres(folder=tmp_path / "postgres", durable=False)
    deployment = Deployment(var=tmp_path, database_url=postgres.url)
    server = postgres.start()
    assert deployment.manage("migrate", "-v0").returncode == 0
    with deployment.web():
        assert deployment.call("GET", "/readyz").status == 200
        postgres.stop(server)
        for path in NEEDS_DATABASE:
            reply = deployment.call("GET", path, headers=SESSION)
            assert (path, reply.status, reply.headers.get("Retry-After")) == (path, 503, "5")
            assert "Traceback" not in reply.body
        api = deployment.call("GET", "/api/v1/own-code", headers={"Authorization": f"Bearer {'a' * 43}"})
        assert (api.status, api.headers["Content-Type"]) == (503, "application/problem+json")
        assert deployment.call("GET", "/healthz").status == 200
        server = postgres.start()
        try:
            for path in NEEDS_DATABASE:
                assert deployment.call("GET", path, headers=SESSION).status in (200, 302)
        finally:
            postgres.stop(server)
