/// What a watcher wants to see: a resource, narrowed by namespace and selectors.
package struct WatchQuery: Equatable, Sendable {
    package var group: String
    package var version: String
    /// The plural name that stands in the URL.
    package var resource: String
    /// Empty for all namespaces and for cluster-scoped resources.
    package var namespace: String
    /// The one object to watch; empty for all.
    package var name: String
    package var labelSelector: String
    package var fieldSelector: String
    /// Whether the objects that exist come first as `ADDED`, closed by a marked bookmark (`sendInitialEvents=true`).
    package var sendInitialEvents: Bool
    package var representation: RequestOptions.Representation

    package init(
        group: String = "", version: String = "v1", resource: String, namespace: String = "", name: String = "",
        labelSelector: String = "", fieldSelector: String = "", sendInitialEvents: Bool = false,
        representation: RequestOptions.Representation = .object
    ) {
        self.group = group
        self.version = version
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.sendInitialEvents = sendInitialEvents
        self.representation = representation
    }
}
