import ControllerRuntime
import KubernetesModel

extension ClientRequest {
    /// Reads one object.
    init(get kind: ResourceKind, _ key: ObjectKey) {
        self.init(method: .get, path: kind.path(namespace: key.namespace, name: key.name))
    }

    /// Reads one page of a list; `token` is the `continue` of the page before. Without a limit the page is the list.
    init(list kind: ResourceKind, _ scope: WatchScope, token: String, limit: Int?) {
        self.init(method: .get, path: kind.path(namespace: scope.namespace))
        isList = true
        add(scope)
        if let limit { set("limit", "\(limit)") }
        if !token.isEmpty { set("continue", token) }
    }

    /// Watches a kind from a version on, for at most `seconds`.
    init(watch kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String, seconds: Int) {
        self.init(method: .get, path: kind.path(namespace: scope.namespace))
        set("watch", "true")
        add(scope)
        if !resourceVersion.isEmpty { set("resourceVersion", resourceVersion) }
        set("allowWatchBookmarks", "true")
        set("timeoutSeconds", "\(seconds)")
    }

    private mutating func add(_ scope: WatchScope) {
        if !scope.labels.isEmpty { set("labelSelector", "\(scope.labels)") }
        if !scope.fields.isEmpty { set("fieldSelector", scope.fields) }
    }
}
