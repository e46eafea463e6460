"""CustomResourceDefinitions: which are refused and with which texts, and what becomes of the others."""
import copy

from differential.crds import DEFINITIONS, GROUP, KEEP, PATIENCE, array, crd, obj, serving, text, version
from differential.table import case, delete, get, post

INTEGER = {"type": "integer"}
PAIR = [{"type": "integer"}, {"type": "string"}]
LIST, KEYS, MAP = "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"
EMBEDDED = {"type": "object", "x-kubernetes-embedded-resource": True}
INT_OR_STRING = {"x-kubernetes-int-or-string": True}


def changed(change, **options):
    """A definition with something done to it."""
    definition = crd("things", **options)
    change(definition)
    return definition


def named(name):
    return changed(lambda definition: definition["metadata"].update(name=name))


def approved(group, approval):
    annotations = {"api-approved.kubernetes.io": approval}
    return changed(lambda definition: definition["metadata"].update(annotations=annotations), group=group)


def columns(*given):
    return crd("things", versions=[version(additionalPrinterColumns=list(given))])


def scaled(**paths):
    return crd("things", versions=[version(subresources={"scale": paths})])


def keyed(items, *keys, **words):
    return array(items, **{LIST: "map", KEYS: list(keys), **words})


REFUSED = {
    "name": named(f"other.{GROUP}"), "name-form": named("Bad_Name"), "group-empty": crd("things", group=""),
    "group-without-dot": crd("things", group="nodot"), "group-form": crd("things", group="Bad_group.io"),
    "group-protected": crd("things", group="ex.k8s.io"), "group-approval": approved("ok.k8s.io", "yes"),
    "no-scope": changed(lambda definition: definition["spec"].pop("scope")), "scope": crd("things", scope="Everywhere"),
    "no-spec": {"metadata": {"name": "x"}}, "empty-spec": {"metadata": {"name": "x"}, "spec": {}},
    "plural": crd("Things_x"), "kind": crd("things", kind="Thing_x"),
    "no-kind": changed(lambda definition: definition["spec"]["names"].pop("kind")),
    "singular": crd("things", names={"singular": "Th"}), "list-kind": crd("things", names={"listKind": "Th.List"}),
    "list-kind-as-kind": crd("things", names={"listKind": "Thing"}),
    "short-names": crd("things", names={"shortNames": ["OK", "a_b"], "categories": ["All", "x.y"]}),
    "no-versions": crd("things", versions=[]), "no-storage": crd("things", versions=[version(storage=False)]),
    "two-storages": crd("things", versions=[version(), version("v2")]),
    "version-twice": crd("things", versions=[version(), version(storage=False)]),
    "version-form": crd("things", versions=[version("V1.2")]),
    "keeps-unknown": crd("things", preserveUnknownFields=True),
    "no-schema": changed(lambda definition: definition["spec"]["versions"][0].pop("schema")),
    "strategy": crd("things", conversion={"strategy": "Magic"}),
    "webhook-missing": crd("things", conversion={"strategy": "Webhook"}),
    "webhook-not-wanted": crd(
        "things", conversion={"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"]}}),
    "columns": columns({"name": "", "type": "", "jsonPath": ""},
                       {"name": "B", "type": "thing", "jsonPath": "spec.b", "format": "wat"}),
    "scale-paths": scaled(specReplicasPath=".status.replicas", statusReplicasPath=".spec.replicas",
                          labelSelectorPath=".metadata.x"),
    "scale-empty": scaled(), "scale-form": scaled(specReplicasPath="spec.replicas", statusReplicasPath=".status.a"),
    "two-schemas": crd("things", versions=[version(schema=obj({"a": {}})),
                                           version("v2", storage=False, schema=obj({"a": {"type": "array"}}))]),
    "one-schema-twice": crd("things", versions=[version(schema=obj({"a": {}})),
                                                version("v2", storage=False, schema=obj({"a": {}}))]),
    **{f"root-{name}": crd("things", schema=schema) for name, schema in {
        "without-type": {"properties": {"a": text()}}, "text": text(), "nullable": obj(nullable=True),
        "default": obj(default={}), "metadata-labels": obj({"metadata": obj({"labels": obj()})}),
        "metadata-required": obj({"metadata": obj({"name": text()}, required=["name"])}),
        "metadata-text": obj({"metadata": text()}), "kind-integer": obj({"kind": INTEGER}),
        "metadata-default": obj({"metadata": obj({"name": text(default="x")})}),
        "nested-metadata": obj(anyOf=[{"properties": {"metadata": {"properties": {"name": {"minLength": 2}}}}}]),
        "incomplete": obj({"a": text()}, oneOf=[{"properties": {"b": {"minLength": 1}}}]),
    }.items()},
    **{f"field-{name}": crd("things", schema=obj({"a": schema})) for name, schema in {
        "without-type": {}, "item-without-type": array({}), "member-without-type": obj(additionalProperties={}),
        "unknown-type": {"type": "strin"}, "null-type": {"type": "null"}, "without-items": {"type": "array"},
        "list-of-items": {"type": "array", "items": [text()]}, "unique-items": array(text(), uniqueItems=True),
        "both-properties": obj({"b": text()}, additionalProperties=text()),
        "closed": obj({"b": text()}, additionalProperties=False), "reference": {"$ref": "#/definitions/x"},
        "id": text(id="x"), "pattern-properties": obj(patternProperties={"x": text()}),
        "definitions": obj(definitions={"x": text()}), "dependencies": obj(dependencies={"a": ["b"]}),
        "additional-items": array(text(), additionalItems=text()),
        "pattern": text(pattern="(["), "pattern-look-ahead": text(pattern="^(?!x).*$"),
        "pattern-escape": text(pattern=r"\y"), "pattern-range": text(pattern="[z-a]"),
        "pattern-repeat": text(pattern="a{1001}"),
        "pattern-star": text(pattern="*"), "pattern-double": text(pattern="a**"), "pattern-open": text(pattern="(a"),
        "pattern-close": text(pattern="a)"), "pattern-name": text(pattern="(?P<n"),
        "pattern-class": text(pattern="[[:no:]]"),
        "pattern-backslash": text(pattern="a\\"),
        "keeps-unknown-false": obj(**{"x-kubernetes-preserve-unknown-fields": False}),
        "int-or-string-order": {**INT_OR_STRING, "anyOf": PAIR[::-1]},
        "int-or-string-later": {**INT_OR_STRING, "allOf": [{"maximum": 3}, {"anyOf": PAIR}]},
        "int-or-string-keeps": {**INT_OR_STRING, **KEEP},
        "embedded-without-fields": EMBEDDED, "embedded-text": {**EMBEDDED, "type": "string", **KEEP},
        "embedded-without-type": {"x-kubernetes-embedded-resource": True, **KEEP},
        "embedded-types": {**EMBEDDED, "properties": {"apiVersion": INTEGER, "metadata": obj({"name": text()})}},
        "embedded-map": {**EMBEDDED, "additionalProperties": text()},
        "list-type": array(text(), **{LIST: "bag"}), "list-type-of-object": obj(**{LIST: "set"}),
        "list-type-without-type": {**INT_OR_STRING, LIST: "set"},
        "keys-without-list-type": array(obj({"k": text()}), **{KEYS: ["k"]}),
        "keys-of-set": array(text(), **{LIST: "set", KEYS: ["k"]}), "without-keys": keyed(obj({"k": text()})),
        "map-without-items": {"type": "array", LIST: "map", KEYS: ["k"]}, "map-of-texts": keyed(text(), "k"),
        "unknown-key": keyed(obj({"k": text()}), "z"), "optional-key": keyed(obj({"k": text()}), "k"),
        "object-key": keyed(obj({"k": obj()}, required=["k"]), "k"),
        "key-twice": keyed(obj({"k": text()}, required=["k"]), "k", "k"),
        "nullable-key": keyed(obj({"k": text(nullable=True)}, required=["k"], nullable=True), "k"),
        "set-of-objects": array(obj({"k": text()}), **{LIST: "set"}),
        "set-of-nulls": array(text(nullable=True), **{LIST: "set"}),
        "set-of-sets": array(array(text(), **{LIST: "set"}), **{LIST: "set"}),
        "map-type": obj(**{MAP: "x"}), "map-type-of-text": text(**{MAP: "atomic"}),
        "nested-words": obj({"b": text()}, anyOf=[{"type": "object"}, {"properties": {"b": {
            "minLength": 1, "description": "x", "default": "y", "title": "t", "nullable": True}}}]),
        "nested-items": array(text(), **{"not": {"items": {"type": "string"}}}),
        "nested-members": obj(additionalProperties=text(), allOf=[{"additionalProperties": {"minLength": 1}}]),
        "nested-extensions": obj(allOf=[KEEP, INT_OR_STRING, {LIST: "set"}, {"x-kubernetes-embedded-resource": True}]),
        "default-type": text(default=3), "default-unknown": obj({"b": text()}, default={"b": "x", "c": 1}),
        "default-enum": text(enum=["a", "b"], default="c"),
        "default-required": obj({"b": text()}, required=["b"], default={}),
        "default-item": array(text(), default=[1]),
        "default-member": obj(additionalProperties=text(), default={"x": 2}),
        "default-nested": obj({"b": text()}, allOf=[{"default": {}}]),
    }.items()},
}

KINDS = {
    "approved": approved("d{id}.k8s.io", "unapproved, for a test"),
    "keeps-no-unknown": crd("things", preserveUnknownFields=False),
    "status-given": {
        **crd("statuses"), "status": {"storedVersions": ["v9"], "acceptedNames": {"plural": "q", "kind": "Q"}}},
    "unknown-words": crd("words", bogus=1, schema=obj({"a": text(nonsense=1)})),
    "root-words": crd("roots", versions=[version(subresources={"status": {}}, schema=obj(
        {"a": text()}, required=["a"], description="x", **KEEP))]),
    "fields": crd("fields", schema=obj({
        "additional-true": obj(additionalProperties=True), "additional-false": obj(additionalProperties=False),
        "both": obj({"b": text()}, additionalProperties=True), "text-keeps": text(**KEEP), "keeps": KEEP,
        "int-or-string": {**INT_OR_STRING, "anyOf": PAIR}, "int-or-string-first": {
            **INT_OR_STRING, "allOf": [{"anyOf": PAIR}, {"maximum": 5}]},
        "int-or-string-text": {"type": "string", **INT_OR_STRING}, "embedded": {**EMBEDDED, **KEEP},
        "default-key": keyed(obj({"k": text(default="x")}), "k"),
        "set-of-atoms": array(obj({"k": text()}, **{MAP: "atomic"}), **{LIST: "set"}),
        "set-of-lists": array(array(text()), **{LIST: "set"}), "metadata": obj({"labels": obj()}),
        "nested": obj(anyOf=[{"properties": {"b": {"minLength": 1}}}], oneOf=[{"required": ["z"]}]),
        "default": text(default="x"), "default-null": text(default=None),
        "default-nullable": text(default=None, nullable=True),
        "default-embedded": {
            **EMBEDDED, **KEEP, "default": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "A B"}}},
        "default-inside": obj({"b": text(default="q")}, default={}), "default-kept": obj(default={"z": 1}, **KEEP),
        "no-enum": text(enum=[]), "enum-types": text(enum=["a", 1]), "nullable-false": text(nullable=False),
        "limits": {"type": "integer", "minimum": 5, "maximum": 3, "exclusiveMinimum": True, "multipleOf": 0},
        "negative": text(minLength=-1), "format": text(format="foo"),
        "example": text(example="x", externalDocs={"url": "http://x", "description": "d"}),
        "required-twice": obj({"b": text()}, required=["b", "b"]),
        "required-unknown": obj({"b": text()}, required=["zz"]),
        "pattern": text(pattern=r"^(?i:[\d\pL_]{2,5}|(?P<x>a*?))\b$"),
    })),
}

FIRST = crd("firsts", names={"shortNames": ["fst"], "categories": ["all"]})



def of(definition):
    """Without apiVersion, which every other request leaves out, too."""
    return copy.deepcopy(definition)


CASES = [
    case("definitions-refused", *(post(DEFINITIONS, of(one), name=name) for name, one in REFUSED.items()),
         namespaced=False),
    case("definitions-accepted", *(post(DEFINITIONS, of(one), name=name) for name, one in KINDS.items()),
         namespaced=False),
    case("definitions-established", *serving(FIRST), get(f"{DEFINITIONS}/firsts.{GROUP}", name="first"),
         get(f"/apis/{GROUP}/v1", name="resources"), get(f"/apis/{GROUP}", name="group"),
         get(f"/apis/{GROUP}/v2", name="no-version"),
         get(f"/apis/{GROUP}/v1/namespaces/{{ns}}/nones", name="no-resource")),
    case("definitions-deleted", *serving(FIRST),
         post(f"/apis/{GROUP}/v1/namespaces/{{ns}}/firsts", {
             "apiVersion": f"{GROUP}/v1", "kind": "First",
             "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}),
         get(f"{DEFINITIONS}/firsts.{GROUP}", name="before"), delete(f"{DEFINITIONS}/firsts.{GROUP}", name="delete"),
         post(f"/apis/{GROUP}/v1/namespaces/{{ns}}/firsts", {
             "apiVersion": f"{GROUP}/v1", "kind": "First", "metadata": {"generateName": "late-"}},
              name="too-late", patience=PATIENCE, past=201),
         get(f"{DEFINITIONS}/none.{GROUP}", name="none"), delete(f"{DEFINITIONS}/none.{GROUP}", name="delete-none")),
]
