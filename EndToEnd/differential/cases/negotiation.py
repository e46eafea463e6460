"""Accept headers, dry runs, field managers and the shape of answers."""
from differential.objects import config_map, pod, replica_set, service
from differential.table import Step, case, delete, get, patch, post, put

MAPS = "/api/v1/namespaces/{ns}/configmaps"
PODS = "/api/v1/namespaces/{ns}/pods"
SETS = "/apis/apps/v1/namespaces/{ns}/replicasets"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


def accepting(accept, path, name=None, **options):
    return get(path, headers={"Accept": accept}, name=name or str(accept), **options)


CASES = [
    case("accept",
         post(MAPS, config_map("one"), name="make"),
         *[accepting(accept, f"{MAPS}/one") for accept in (
             None, "*/*", "application/*", "application/json", "application/json;charset=utf-8", "text/html", "text/html,*/*",
             "application/xml", "application/json;q=0.5,text/html", "", "json", "application/json;stream=watch",
             "application/json;as=Nothing;v=v1;g=meta.k8s.io", "application/json;as=Table;v=v9;g=meta.k8s.io",
             "application/json;as=Table", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
             "application/json;as=Nothing;v=v1;g=meta.k8s.io,application/json", "text/plain;q=0.9,application/json;q=0.1",
             "application/json;pretty=1")],
         accepting("text/html", f"{MAPS}/absent", "refused-and-absent"),
         Step("POST", MAPS, config_map("two"), headers={"Accept": "text/html"}, name="create-refused"),
         get(f"{MAPS}/two", name="was-not-made")),
    case("accept-of-lists",
         post(MAPS, config_map("one"), name="make"),
         *[accepting(accept, MAPS) for accept in (METADATA_LIST, METADATA, "text/html", "application/json,*/*")],
         accepting(METADATA, f"{MAPS}/one", "metadata-of-one"), accepting(METADATA_LIST, f"{MAPS}/one", "list-of-one"),
         accepting(METADATA.replace("v=v1", "v=v1beta1"), f"{MAPS}/one", "beta-metadata"),
         accepting(METADATA_LIST.replace("v=v1", "v=v1beta1"), MAPS, "beta-list")),
    case("tables",
         post(MAPS, config_map("one"), name="make"), post(PODS, pod(), name="make-pod"), post(SETS, replica_set(), name="make-set"),
         accepting(TABLE, f"{MAPS}/one", "one"), accepting(TABLE, MAPS, "list"),
         accepting(TABLE, MAPS, "no-objects", query={"includeObject": "None"}),
         accepting(TABLE, MAPS, "whole-objects", query={"includeObject": "Object"}),
         accepting(TABLE, MAPS, "bad-include", query={"includeObject": "Some"}),
         accepting(TABLE, MAPS, "pages", query={"limit": 1}),
         accepting(TABLE.replace("v=v1", "v=v1beta1"), MAPS, "beta"),
         accepting(TABLE, PODS, "pods"), accepting(TABLE, SETS, "sets"), accepting(TABLE, f"{MAPS}/absent", "absent"),
         accepting(TABLE, f"{SETS}/web/scale", "scale"),
         Step("POST", MAPS, config_map("two"), headers={"Accept": TABLE}, name="create"),
         patch(f"{MAPS}/two", {"data": {"a": "b"}}, headers={"Accept": TABLE}, name="patch"),
         delete(f"{MAPS}/two", headers={"Accept": TABLE}, name="delete")),
    case("writes-as-metadata",
         post(MAPS, config_map("one"), headers={"Accept": METADATA}, name="create"),
         patch(f"{MAPS}/one", {"data": {"a": "b"}}, headers={"Accept": METADATA}, name="patch"),
         delete(f"{MAPS}/one", headers={"Accept": METADATA}, name="delete")),
    case("yaml", post(MAPS, config_map("one"), name="make"),
         Step("GET", f"{MAPS}/absent", headers={"Accept": "application/yaml"}, name="absent")),
    case("pretty", post(MAPS, config_map("one"), name="make"),
         get(f"{MAPS}/one", query={"pretty": "true"}, name="pretty"), get(f"{MAPS}/one", query={"pretty": "nonsense"}, name="odd")),
    case("dry-runs",
         post(MAPS, config_map("one"), query={"dryRun": "All"}, name="create"), get(f"{MAPS}/one", name="was-not-made"),
         post(MAPS, config_map("one"), name="make"),
         patch(f"{MAPS}/one", {"data": {"a": "b"}}, query={"dryRun": "All"}, name="patch"),
         put(f"{MAPS}/one", config_map("one", {"x": "y"}), query={"dryRun": "All"}, name="put"),
         post(MAPS, config_map("one"), query={"dryRun": "All"}, name="create-again"),
         post(MAPS, config_map("A"), query={"dryRun": "All"}, name="create-invalid"),
         delete(f"{MAPS}/one", query={"dryRun": "All"}, name="delete"), delete(MAPS, query={"dryRun": "All"}, name="delete-all"),
         get(f"{MAPS}/one", name="is-as-it-was"),
         post("/api/v1/namespaces/{ns}/services", service("web"), query={"dryRun": "All"}, name="service"),
         post(PODS, {**pod(), "metadata": {"generateName": "web-"}}, query={"dryRun": "All"}, name="generated-name")),
    case("field-managers",
         post(MAPS, config_map("one"), query={"fieldManager": "someone"}, name="create"),
         patch(f"{MAPS}/one", {"data": {"a": "b"}}, query={"fieldManager": "other"}, name="patch"),
         patch(f"{MAPS}/one", {"data": {"c": "d"}}, headers={"User-Agent": "kubectl/v1.2.3 (linux)"}, name="user-agent"),
         put(f"{MAPS}/one", config_map("one", {"e": "f"}), query={"fieldManager": "third"}, name="put")),
    case("warnings",
         post(MAPS, {**config_map("one"), "unknown": "x"}, name="unknown-field"),
         post(MAPS, {**config_map("two"), "unknown": "x"}, query={"fieldValidation": "Strict"}, name="strict"),
         post(MAPS, b'{"metadata":{"name":"three"},"data":{"a":"1","a":"2"}}', headers={"Content-Type": "application/json"},
              name="doubled-field")),
    case("no-body-but-a-type", Step("GET", MAPS, headers={"Content-Type": "text/nothing"}, name="get"),
         Step("DELETE", f"{MAPS}/absent", headers={"Content-Type": "text/nothing"}, name="delete"),
         Step("DELETE", f"{MAPS}/absent", b"{}", headers={"Content-Type": "text/nothing"}, name="delete-with-body")),
    case("encoded-paths",
         post(MAPS, config_map("one.two"), name="make"), get(f"{MAPS}/one%2Etwo", name="encoded-dot"),
         get(f"{MAPS}/one%2Ftwo", name="encoded-slash"), get(f"{MAPS}//one.two", name="two-slashes"), get(f"{MAPS}/", name="end-slash"),
         get(f"{MAPS}/one.two/", name="end-slash-of-a-name"), get(f"{MAPS}/%zz", name="bad-encoding"),
         get(f"{MAPS}/../configmaps/one.two", name="dots")),
]
