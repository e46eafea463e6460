"""What is served where: discovery, versions, health."""
from differential.table import Step, case, get

CASES = [
    case("health", *[get(path, name=path) for path in (
        "/healthz", "/livez", "/readyz", "/healthz/ping", "/livez/ping", "/readyz/ping", "/healthz/nothing", "/version/")], namespaced=False),
    case("versions", get("/version"), get("/api"), get("/api/"), get("/api/v1/"), get("/apis/apps/"), get("/apis/apps/v1/"), namespaced=False),
    case("groups", *[get(f"/apis/{group}", name=group) for group in (
        "apps", "batch", "coordination.k8s.io", "networking.k8s.io", "events.k8s.io", "apiextensions.k8s.io", "policy", "autoscaling",
        "discovery.k8s.io", "authorization.k8s.io", "rbac.authorization.k8s.io")], namespaced=False),
    case("resources", *[get(f"/apis/{version}", name=version) for version in (
        "apps/v1", "batch/v1", "coordination.k8s.io/v1", "networking.k8s.io/v1", "events.k8s.io/v1", "apiextensions.k8s.io/v1",
        "authorization.k8s.io/v1", "{policy}", "{autoscaling}", "{discovery}", "rbac.authorization.k8s.io/v1")],
         get("/api/v1", name="core"), namespaced=False),
    case("discovery-as-a-table", get("/api/v1", headers={"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}, name="core"),
         get("/apis", headers={"Accept": "text/html"}, name="html"), namespaced=False),
    case("openapi", Step("HEAD", "/openapi/v2", name="head"),
         get("/openapi/v2", headers={"Accept": "text/html"}, name="html"), namespaced=False),
    case("old-watch-paths", get("/api/v1/watch/namespaces/{ns}/nothing", name="unknown"),
         get("/api/v1/watch/namespaces/{ns}/configmaps", query={"timeoutSeconds": 1}, name="maps")),
]
