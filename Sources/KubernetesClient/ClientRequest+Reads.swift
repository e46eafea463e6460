import ControllerRuntime
import KubernetesModel

extension ClientRequest {
    /// The most objects asked for in one page of a list. Source: the default of client-go's pager.
    static let pageLimit = 500

    /// Reads one object.
    init(get kind: ResourceKind, _ key: ObjectKey) {
        self.init(method: .get, path: kind.path(namespace: key.namespace, name: key.name))
    }

    /// Reads one page of a list; `token` is the `continue` of the page before.
    init(list kind: ResourceKind, _ scope: WatchScope, token: String) {
        self.init(method: .get, path: kind.path(namespace: scope.namespace))
        add(scope)
        set("limit", "\(Self.pageLimit)")
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
