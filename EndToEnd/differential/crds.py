"""CustomResourceDefinitions for cases. Each case has an API group of its own: `{group}` is `d{id}.example.com`."""
from differential.table import get, post

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "d{id}.example.com"
VERSION = f"{GROUP}/v1"
KEEP = {"x-kubernetes-preserve-unknown-fields": True}
# How long a server may take to serve what was just defined.
PATIENCE = 20


def obj(properties=None, **words):
    return {"type": "object", **({} if properties is None else {"properties": properties}), **words}


def text(**words):
    return {"type": "string", **words}


def array(items, **words):
    return {"type": "array", "items": items, **words}


def version(name="v1", served=True, storage=True, schema=None, **fields):
    schema = obj(**KEEP) if schema is None else schema
    return {"name": name, "served": served, "storage": storage, "schema": {"openAPIV3Schema": schema}, **fields}


def crd(plural, kind=None, group=GROUP, schema=None, versions=None, names=None, scope="Namespaced", **spec):
    """A definition; `schema` is the one of its only version."""
    kind = kind or plural[:-1].capitalize()
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": scope, "names": {"plural": plural, "kind": kind, **(names or {})},
                 "versions": [version(schema=schema)] if versions is None else versions, **spec},
    }


def serving(definition, version="v1"):
    """The steps that create a definition and wait until it is served."""
    spec = definition["spec"]
    namespace = "namespaces/{ns}/" if spec["scope"] == "Namespaced" else ""
    path = f"/apis/{spec['group']}/{version}/{namespace}{spec['names']['plural']}"
    return post(DEFINITIONS, definition, name="define"), get(path, name="served", patience=PATIENCE)
