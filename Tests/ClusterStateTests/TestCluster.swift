import ClusterState
import JSON
import KubernetesModel
import Testing

/// A cluster whose clock stands still until it is moved, with short ways to say requests.
struct TestCluster {
    var state: ClusterState
    var now = Timestamp(seconds: 1_767_225_600)

    init(eventLogCapacity: Int = 1_000) {
        state = ClusterState(now: now, seed: 7, eventLogCapacity: eventLogCapacity)
    }

    mutating func send(_ request: APIRequest) -> APIResponse {
        state.handle(request, now: now)
    }

    /// Creates in namespace `default` unless the kind has none.
    @discardableResult
    mutating func create(
        _ kind: ResourceKind, _ body: JSONValue, namespace: String = "default",
        options: RequestOptions = RequestOptions()
    ) -> APIResponse {
        send(request(.create, kind, namespace: namespace, body: body, options: options))
    }

    mutating func get(_ kind: ResourceKind, _ name: String, namespace: String = "default") -> JSONValue {
        send(request(.get, kind, name, namespace: namespace)).document
    }

    mutating func list(
        _ kind: ResourceKind, namespace: String = "default", options: RequestOptions = RequestOptions()
    ) -> APIResponse {
        send(request(.list, kind, namespace: namespace, options: options))
    }

    mutating func names(_ kind: ResourceKind, _ change: (inout RequestOptions) -> Void = { _ in }) -> [String] {
        var options = RequestOptions()
        change(&options)
        let items = list(kind, options: options).document["items"]?.arrayValue ?? []
        return items.map { KubernetesObject($0).name }
    }

    @discardableResult
    mutating func update(
        _ kind: ResourceKind, _ body: JSONValue, namespace: String = "default", subresource: String = ""
    ) -> APIResponse {
        send(
            request(
                .update, kind, KubernetesObject(body).name, namespace: namespace, subresource: subresource, body: body))
    }

    @discardableResult
    mutating func patch(
        _ kind: ResourceKind, _ name: String, _ format: APIRequest.PatchFormat, _ body: JSONValue,
        subresource: String = "", options: RequestOptions = RequestOptions()
    ) -> APIResponse {
        var request = request(.patch, kind, name, subresource: subresource, body: body, options: options)
        request.patchFormat = format
        return send(request)
    }

    @discardableResult
    mutating func delete(
        _ kind: ResourceKind, _ name: String, _ change: (inout RequestOptions) -> Void = { _ in }
    ) -> APIResponse {
        var options = RequestOptions()
        change(&options)
        return send(request(.delete, kind, name, options: options))
    }

    func request(
        _ verb: APIRequest.Verb, _ kind: ResourceKind, _ name: String = "", namespace: String = "default",
        subresource: String = "", body: JSONValue? = nil, options: RequestOptions = RequestOptions()
    ) -> APIRequest {
        APIRequest(
            verb, group: kind.group, version: kind.version, resource: kind.plural,
            namespace: kind.isNamespaced ? namespace : "", name: name, subresource: subresource, body: body,
            options: options)
    }

    func query(_ kind: ResourceKind, namespace: String = "default") -> WatchQuery {
        WatchQuery(
            group: kind.group, version: kind.version, resource: kind.plural,
            namespace: kind.isNamespaced ? namespace : "")
    }

    /// `ADDED web 12`, one line per event.
    func events(_ query: WatchQuery, after version: UInt64) throws -> [String] {
        try state.watchEvents(after: version, query: query).get()
            .map { "\($0.kind.rawValue) \($0.object.name) \($0.object.resourceVersion)" }
    }
}

/// Objects for tests.
enum Sample {
    static func pod(_ name: String = "web", labels: JSONValue = ["app": "web"], image: String = "web:1") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "labels": labels],
            "spec": ["containers": [["name": "web", "image": .string(image)]]],
        ]
    }

    static func configMap(_ name: String = "settings", labels: JSONValue = [:], data: JSONValue = ["a": "1"])
        -> JSONValue
    {
        ["metadata": ["name": .string(name), "labels": labels], "data": data]
    }

    static func workload(_ kind: String, _ name: String = "web", replicas: Int = 2) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": .string(kind), "metadata": ["name": .string(name)],
            "spec": [
                "replicas": .number(JSONNumber(replicas)), "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": ["containers": [["name": "web", "image": "web:1"]]],
                ],
            ],
        ]
    }

    static func service(_ name: String = "web") -> JSONValue {
        ["metadata": ["name": .string(name)], "spec": ["selector": ["app": "web"], "ports": [["port": 80]]]]
    }

    static func rollout(_ name: String = "web", replicas: Int = 3) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": .string(name)],
            "spec": ["replicas": .number(JSONNumber(replicas)), "paused": false],
        ]
    }
}
