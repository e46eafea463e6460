"""Small valid objects, for cases that are about something else."""

TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "example.com/web:1.0"}]},
}
SELECTOR = {"matchLabels": {"app": "web"}}


def named(name, **metadata):
    return {"metadata": {"name": name, **metadata}}


def config_map(name="one", data=None, **metadata):
    return {**named(name, **metadata), "data": data or {"key": "value"}}


def pod(name="web", **spec):
    return {**named(name, labels={"app": "web"}), "spec": {**TEMPLATE["spec"], **spec}}


def service(name="web", **spec):
    return {**named(name), "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec}}


def replica_set(name="web", **spec):
    return {**named(name), "spec": {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE, **spec}}


def ingress(name="web", **spec):
    return {**named(name), "spec": {"rules": [{"http": {"paths": [
        {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    ]}}], **spec}}


def lease(name="one", **spec):
    return {**named(name), "spec": {"holderIdentity": "me", "leaseDurationSeconds": 15, **spec}}


def job(name="one", **spec):
    template = {"spec": {"restartPolicy": "Never", **TEMPLATE["spec"]}}
    return {**named(name), "spec": {"template": template, **spec}}
