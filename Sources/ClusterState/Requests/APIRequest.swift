package import JSON

/// One request to the API server, freed of HTTP: what is to be done to which resource, with which options.
///
/// Source: the Kubernetes API's resource URLs and query parameters.
package struct APIRequest: Equatable, Sendable {
    /// What is to be done. Watches are read from the event log, not handled as requests.
    package enum Verb: String, Equatable, Sendable {
        case get, list, create, update, patch, delete
        case deleteCollection = "deletecollection"
    }

    /// The format of a patch body.
    package enum PatchFormat: String, Equatable, Sendable {
        case json = "application/json-patch+json"
        case merge = "application/merge-patch+json"
        case strategic = "application/strategic-merge-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    package var verb: Verb
    /// The API group; empty for the core group.
    package var group: String
    package var version: String
    /// The plural name that stands in the URL.
    package var resource: String
    /// Empty for cluster-scoped resources and for lists over all namespaces.
    package var namespace: String
    /// Empty for collections.
    package var name: String
    /// `status`, `scale`, `eviction`, `binding`, `finalize`; empty for the object itself.
    package var subresource: String
    package var patchFormat: PatchFormat?
    /// The object, the patch, or the DeleteOptions; `nil` when there is no body.
    package var body: JSONValue?
    package var options: RequestOptions

    package init(
        _ verb: Verb, group: String = "", version: String = "v1", resource: String, namespace: String = "",
        name: String = "", subresource: String = "", patchFormat: PatchFormat? = nil, body: JSONValue? = nil,
        options: RequestOptions = RequestOptions()
    ) {
        self.verb = verb
        self.group = group
        self.version = version
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.patchFormat = patchFormat
        self.body = body
        self.options = options
    }
}
