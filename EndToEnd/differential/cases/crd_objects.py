"""Custom resources: validation, defaults, pruning, subresources, versions."""
from differential.crds import DEFINITIONS, GROUP, VERSION, array, crd, obj, serving, text, version
from differential.table import case, delete, get, patch, post, put, watch

LIST = f"/apis/{VERSION}/namespaces/{{ns}}/alls"
INTEGER, NUMBER = {"type": "integer"}, {"type": "number"}
KEEP = {"x-kubernetes-preserve-unknown-fields": True}

FIELDS = {
    "s": text(), "i": INTEGER, "n": NUMBER, "b": {"type": "boolean"},
    "o": obj({"x": text(), "y": INTEGER}, required=["x"]),
    "a": array(INTEGER, minItems=1, maxItems=3),
    "i32": {"type": "integer", "format": "int32"},
    "en": text(enum=["a", "b"]), "eni": {"type": "integer", "enum": [1, 2]}, "pat": text(pattern="^a+$"),
    "mn": {"type": "integer", "minimum": 2, "maximum": 5},
    "ex": {"type": "number", "minimum": 2.5, "maximum": 5, "exclusiveMinimum": True, "exclusiveMaximum": True},
    "mult": {"type": "integer", "multipleOf": 3}, "multf": {"type": "number", "multipleOf": 0.5},
    "len": text(minLength=2, maxLength=3),
    "mp": obj(additionalProperties=INTEGER, minProperties=1, maxProperties=2),
    "all": text(allOf=[{"minLength": 2}, {"maxLength": 3}]), "none": text(allOf=[{"minLength": 9}, {"pattern": "q"}]),
    "any": text(anyOf=[{"pattern": "^a"}, {"pattern": "b$"}]),
    "one": text(oneOf=[{"pattern": "^a"}, {"pattern": "b$"}]),
    "no": text(**{"not": {"pattern": "^z"}}),
    "anyo": obj({"p": text(), "q": text()}, anyOf=[{"required": ["p"]}, {"required": ["q"]}]),
    "oneo": obj({"p": text(), "q": text()}, oneOf=[{"required": ["p"]}, {"required": ["q"]}]),
    "ios": {"x-kubernetes-int-or-string": True},
    "iosp": {"x-kubernetes-int-or-string": True, "pattern": "^[0-9]+%$", "maximum": 10},
    "emb": {"type": "object", "x-kubernetes-embedded-resource": True, **KEEP},
    "puf": {"type": "object", **KEEP, "properties": {"k": obj({"z": text()})}}, "any0": KEEP,
    "lm": array(obj({"k": text(), "p": {"type": "integer", "default": 1}, "v": text()}, required=["k"]),
                **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k", "p"]}),
    "ls": array(text(), **{"x-kubernetes-list-type": "set"}),
    "nul": text(nullable=True), "nulo": obj({"z": text(default="d")}, nullable=True), "dn": text(default="dd"),
    "dno": obj({"z": text(default="d")}), "dnod": obj({"z": text(default="d")}, default={}),
    "deep": array(obj({"c": array(obj({"n": text(minLength=2)}, required=["n"]))})),
    "mapo": obj(additionalProperties=obj({"n": text()}, required=["n"])),
    **{f"f-{name}": text(format=name) for name in (
        "date-time", "date", "ipv4", "ipv6", "cidr", "email", "uri", "hostname", "uuid", "byte", "duration", "mac",
        "password", "hexcolor", "unheard-of")},
}

SPECS = {
    "plain": {"s": "x", "i": 1, "n": 1.5, "b": True, "o": {"x": "y"}, "a": [1]}, "empty": {},
    "s-1": {"s": 1}, "s-true": {"s": True}, "s-object": {"s": {}}, "s-list": {"s": []}, "i-text": {"i": "x"},
    "i-fraction": {"i": 1.5}, "i-true": {"i": True}, "n-text": {"n": "x"}, "n-whole": {"n": 1}, "b-text": {"b": "x"},
    "b-1": {"b": 1}, "o-text": {"o": "x"}, "o-list": {"o": []}, "a-text": {"a": "x"}, "a-object": {"a": {}},
    "a-of-texts": {"a": ["x"]}, "a-mixed": {"a": [1, "x", True]},
    "nulls": {"s": None, "i": None, "o": None, "a": None, "nul": None, "nulo": None, "dn": None, "dno": None},
    "null-entry": {"a": [None]}, "null-member": {"mp": {"a": None, "b": 1}}, "big-i32": {"i32": 3000000000},
    "enum": {"en": "c"}, "enum-number": {"eni": 3}, "enum-type": {"en": 1}, "pattern": {"pat": "b"},
    "minimum": {"mn": 1}, "maximum": {"mn": 6}, "exclusive-minimum": {"ex": 2.5}, "exclusive-maximum": {"ex": 5},
    "multiple": {"mult": 4}, "multiple-fraction": {"multf": 0.7}, "short": {"len": "a"}, "long": {"len": "abcd"},
    "not-ascii": {"len": "äöü"}, "no-items": {"a": []}, "many-items": {"a": [1, 2, 3, 4]}, "no-members": {"mp": {}},
    "many-members": {"mp": {"a": 1, "b": 2, "c": 3}}, "member-type": {"mp": {"a": "x"}},
    "all-short": {"all": "a"}, "all-long": {"all": "abcd"}, "all-none": {"none": "x"}, "any": {"any": "zz"},
    "one-none": {"one": "zz"}, "one-two": {"one": "ab"}, "not": {"no": "zz"}, "any-object": {"anyo": {}},
    "one-object": {"oneo": {}}, "one-object-two": {"oneo": {"p": "a", "q": "b"}}, "required": {"o": {}},
    "required-and-type": {"o": {"y": "x"}}, "deep": {"deep": [{"c": [{"n": "ok"}, {"n": "x"}, {}]}]},
    "map-of-objects": {"mapo": {"a": {}}},
    "int-or-string-1": {"ios": 1}, "int-or-string-x": {"ios": "x"}, "int-or-string-fraction": {"ios": 1.5},
    "int-or-string-true": {"ios": True}, "percent": {"iosp": "x"}, "percent-number": {"iosp": 11},
    "embedded-no-version": {"emb": {"kind": "Pod"}}, "embedded-blank-kind": {"emb": {"apiVersion": "v1", "kind": ""}},
    "embedded-version": {"emb": {"apiVersion": "a/b/c", "kind": "Pod"}},
    "embedded-kind": {"emb": {"apiVersion": "v1", "kind": "P_d"}},
    "embedded": {"emb": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "A B", "bogus": 1}, "spec": {"x": 1}}},
    "embedded-labels": {"emb": {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a b": "c"}}}},
    "embedded-namespace": {"emb": {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "x y"}}},
    "keeps": {"puf": {"q": 1, "k": {"z": "1", "w": 2}}, "any0": [1, {"a": 2}]},
    "twice": {"lm": [{"k": "a"}, {"k": "a"}]}, "twice-apart": {"lm": [{"k": "a", "p": 1}, {"k": "a", "p": 2}]},
    "thrice": {"lm": [{"k": "a", "p": 2, "v": "1"}, {"k": "a", "p": 2, "v": "2"}, {"k": "a", "p": 2}]},
    "no-key": {"lm": [{"v": "x"}]}, "set": {"ls": ["a", "b", "a", "a"]},
    "pruned": {"s": "x", "zzz": 1, "o": {"x": "y", "w": 2}}, "defaults": {"dno": {}, "nulo": {}},
    **{f"bad-{name}": {f"f-{name}": value} for name, value in {
        "date-time": "x", "date": "2020-13-01", "ipv4": "1.2.3", "ipv6": "1.2.3.4", "cidr": "10.0.0.0", "email": "x",
        "uri": "::", "hostname": "a_b", "uuid": "x", "byte": "%%", "duration": "1x", "mac": "x", "password": "x",
        "hexcolor": "zz", "unheard-of": "x"}.items()},
    "empty-text": {"s": ""}, "empty-int-or-string": {"ios": ""},
    **{f"good-{name}": {f"f-{name}": value} for name, value in {
        "date-time": "2020-01-01T00:00:00.5+01:00", "date": "2020-02-29", "ipv4": "1.2.3.4", "ipv6": "fe80::1",
        "cidr": "10.0.0.0/8", "email": "a@b.io", "uri": "https://x/y?z", "hostname": "a-b.c", "byte": "YWI=",
        "uuid": "12345678-1234-4234-8234-123456789abc", "duration": "1h5m", "mac": "00:11:22:aa:bb:cc"}.items()},
}


def thing(kind, name="one", **fields):
    return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, **fields}


SCALED = crd("scaleds", versions=[version(
    schema=obj({"spec": obj({"replicas": INTEGER, "size": text(default="m")}),
                "status": obj({"replicas": INTEGER, "selector": text(), "note": text()})}),
    subresources={"status": {}, "scale": {
        "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.selector"}},
    additionalPrinterColumns=[
        {"name": "Size", "type": "string", "jsonPath": ".spec.size", "description": "How large"},
        {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"},
        {"name": "Text-As-Number", "type": "integer", "jsonPath": ".spec.size"},
        {"name": "Note", "type": "string", "jsonPath": ".status.note", "priority": 1},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}])])
SCALEDS = f"/apis/{VERSION}/namespaces/{{ns}}/scaleds"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}

VERSIONED = crd("manies", kind="Many", versions=[
    version("v1", storage=False, schema=obj({"spec": obj({"a": text(default="one"), "shared": text()})})),
    version("v2", schema=obj({"spec": obj({"b": text(default="two"), "shared": text()})}), deprecated=True),
    version("v3beta1", served=False, storage=False),
    version("v1alpha1", storage=False, schema=obj({"spec": obj({"x": text()})}), deprecated=True,
            deprecationWarning="it is \"old\"")])
MANIES = f"{DEFINITIONS}/manies.{GROUP}"


def manies(version, name=""):
    return f"/apis/{GROUP}/{version}/namespaces/{{ns}}/manies{name}"


def many(version, name, **spec):
    return {"apiVersion": f"{GROUP}/{version}", "kind": "Many", "metadata": {"name": name}, "spec": spec}


CASES = [
    case("custom-validation", *serving(crd("alls", kind="All", schema=obj({"spec": obj(FIELDS)}))),
         *(post(LIST, thing("All", name, spec=spec), name=name) for name, spec in SPECS.items())),
    case("custom-validation-of-updates", *serving(crd("alls", kind="All", schema=obj({"spec": obj(FIELDS)}))),
         post(LIST, thing("All", spec={"s": "x"})),
         patch(f"{LIST}/one", {"spec": {"s": 1}}), patch(f"{LIST}/one", {"spec": {"s": None, "zz": 1}}),
         patch(f"{LIST}/one", [{"op": "add", "path": "/spec/en", "value": "q"}], kind="json"),
         patch(f"{LIST}/one", {"spec": {"dno": {}}}), patch(f"{LIST}/one", {"spec": {"i": 1}}, kind="strategic"),
         put(f"{LIST}/one", thing("All", spec={"s": "x"}), name="without-version"),
         put(f"{LIST}/two", thing("All", "two", spec={"s": "x"}), name="of-nothing"),
         patch(f"{LIST}/one", {"metadata": {"labels": {"a b": "c"}}}), delete(f"{LIST}/one"), get(LIST)),
    case("custom-identity",
         *serving(crd("alls", kind="All", schema=obj({"a": INTEGER}, required=["a"], minProperties=4))),
         post(LIST, thing("All"), name="at-the-root"), post(LIST, thing("All", a="x", b=2), name="type-at-the-root"),
         post(LIST, {**thing("All", a=1), "kind": "Other"}, name="other-kind"),
         post(LIST, {**thing("All", a=1), "apiVersion": f"{GROUP}/v2"}, name="other-version"),
         post(LIST, {**thing("All", a=1), "apiVersion": "v1"}, name="no-group"),
         post(LIST, {"kind": "All", "metadata": {"name": "x"}}, name="no-version"),
         post(LIST, {"apiVersion": VERSION, "kind": "All", "a": 1}, name="no-metadata"),
         post(LIST, {**thing("All", a=1), "metadata": {"name": "A B"}}, name="bad-name"),
         post(LIST, {**thing("All", a=1), "metadata": {"name": "x", "namespace": "other"}}, name="other-namespace"),
         post(LIST, {**thing("All", a=1), "metadata": {"generateName": "gen-", "bogus": 1}}, name="generated"),
         post(LIST, thing("All", a=1), name="first"), post(LIST, thing("All", a=1), name="again"),
         delete(f"{LIST}/one"), get(f"{LIST}/one")),
    case("custom-subresources", *serving(SCALED),
         post(SCALEDS, thing("Scaled", spec={"replicas": 2}, status={"replicas": 9})),
         get(f"{SCALEDS}/one/scale"),
         patch(f"{SCALEDS}/one/status", {
             "status": {"replicas": 1, "selector": "app=web", "note": "hi"}, "spec": {"replicas": 7}}),
         patch(f"{SCALEDS}/one", {"status": {"replicas": 5}}, name="status-through-spec"),
         get(f"{SCALEDS}/one/scale"), get(f"{SCALEDS}/one/status"),
         patch(f"{SCALEDS}/one/scale", {"spec": {"replicas": 4}}), get(f"{SCALEDS}/one"),
         patch(f"{SCALEDS}/one/scale", {"spec": {"replicas": -1}}, name="negative"),
         put(f"{SCALEDS}/one/scale", {
             "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "one", "namespace": "{ns}"},
             "spec": {"replicas": 3}}),
         patch(f"{SCALEDS}/one/status", {"status": {"replicas": "x"}}, name="bad-status"),
         patch(f"{SCALEDS}/one", {"metadata": {"labels": {"a": "b"}}}, name="label"),
         patch(f"{SCALEDS}/one", {"spec": {"size": "l"}}, name="spec"), get(f"{SCALEDS}/none/scale"),
         get(SCALEDS, headers=TABLE, name="table"), get(f"{SCALEDS}/one", headers=TABLE, name="row"),
         get(f"/apis/{GROUP}/v1", name="discovery")),
    case("custom-versions", *serving(VERSIONED),
         post(manies("v1"), many("v1", "of-v1", a="1", b="2", x="3", shared="s")),
         post(manies("v2"), many("v2", "of-v2", a="1", b="2", x="3", shared="s")),
         post(manies("v1alpha1"), many("v1alpha1", "of-alpha", a="1", b="2", x="3", shared="s")),
         post(manies("v1"), many("v2", "mixed"), name="mixed"),
         get(manies("v1")), get(manies("v2")), get(manies("v1alpha1")),
         patch(manies("v1", "/of-v2"), {"spec": {"shared": "t"}}), get(manies("v2", "/of-v2")),
         patch(manies("v1", "/of-v2"), {"metadata": {"annotations": {"a": "b"}}}, name="annotation"),
         get(manies("v1", "/of-v2")), delete(manies("v1alpha1", "/of-v1")), get(f"/apis/{GROUP}"),
         get(f"/apis/{GROUP}/v1", name="discovery-1"), get(f"/apis/{GROUP}/v2", name="discovery-2")),
    case("custom-version-watches", *serving(VERSIONED),
         post(manies("v1"), many("v1", "first", shared="s"), capture={"version": "metadata.resourceVersion"}),
         *(watch(manies(version), post(manies("v2"), many("v2", f"second-of-{version}", shared="t", b="x")),
                 patch(manies("v1", f"/second-of-{version}"), {"spec": {"shared": "u"}}),
                 delete(manies("v1alpha1", f"/second-of-{version}")),
                 query={"resourceVersion": "{version}"}, events=3 if version == "v1" else 6, name=f"watch-{version}")
           for version in ("v1", "v2"))),
    case("custom-definition-changes", *serving(VERSIONED),
         patch(MANIES, [{"op": "replace", "path": "/spec/versions/0/storage", "value": True},
                        {"op": "replace", "path": "/spec/versions/1/storage", "value": False}],
               kind="json", name="other-storage"),
         patch(MANIES, [{"op": "remove", "path": "/spec/versions/1"}], kind="json",
               name="stored-removed"),
         patch(f"{MANIES}/status", {"status": {"storedVersions": ["v1"]}}, name="storage-forgotten"),
         patch(MANIES, {"spec": {"scope": "Cluster"}}, name="scope"),
         patch(MANIES, {"spec": {"names": {"kind": "Other"}}}, name="kind"),
         patch(MANIES, {"spec": {"names": {"plural": "others"}}}, name="plural"),
         patch(MANIES, {"spec": {"group": "other.io"}}, name="group"),
         put(MANIES, VERSIONED, name="without-version")),
]
