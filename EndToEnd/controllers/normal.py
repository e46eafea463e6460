"""What two servers may differ in without disagreeing: ids, times, versions, generated names."""
import re

UID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b")
#: Names that the server or a controller completes: five of these characters, or a hash of eight to ten of them.
GENERATED = re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b")
HASH = re.compile(r"\b[bcdfghjklmnpqrstvwxz2456789]{8,10}\b")
METADATA = {"uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink", "namespace"}
#: When endpoints changed last; whether it stands there depends on which changes a controller saw at once.
TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"


def text(value):
    return GENERATED.sub("-*", HASH.sub("<hash>", TIME.sub("<time>", UID.sub("<uid>", value))))


def normal(value):
    """A copy without what differs from run to run."""
    if isinstance(value, dict):
        return {text(key): normal(item) for key, item in value.items() if key != "namespace"}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return text(value) if isinstance(value, str) else value


def metadata(document):
    found = {key: value for key, value in document["metadata"].items() if key not in METADATA}
    annotations = {key: value for key, value in found.pop("annotations", {}).items() if key != TRIGGER}
    return normal(dict(found, annotations=annotations) if annotations else found)


def whole(document):
    """An object without what differs from run to run."""
    if document is None:
        return None
    rest = {key: value for key, value in document.items() if key not in ("metadata", "apiVersion")}
    return dict(normal(rest), metadata=metadata(document))


def status(document):
    return normal(document.get("status", {})) if document else None


def conditions(document):
    """Conditions by type: status, reason and message."""
    listed = document.get("status", {}).get("conditions", [])
    return {c["type"]: [c["status"], normal(c.get("reason")), normal(c.get("message"))] for c in listed}
