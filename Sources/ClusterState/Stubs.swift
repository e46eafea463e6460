import JSON
import KubernetesModel
struct AddressPool: Sendable {}
struct ApplyEntry: Sendable {}
enum ManagedFields {
    static func record(_ entry: ApplyEntry, in document: inout JSONValue, now: Timestamp) {}
    static func update(_ document: inout JSONValue, old: JSONValue, entry: ApplyEntry?, _ context: RequestContext) {}
}
enum Defaults {
    static func apply(to document: inout JSONValue, definition: ResourceDefinition) {}
}
extension ClusterState {
    func admit(_ document: inout JSONValue, _ context: RequestContext) throws(KubernetesFailure) {}
    mutating func allocate(_ document: inout JSONValue, old: JSONValue?, _ context: RequestContext)
        throws(KubernetesFailure)
    {}
    mutating func release(_ document: JSONValue, _ definition: ResourceDefinition) {}
    func validationErrors(_ document: JSONValue, old: JSONValue?, _ context: RequestContext) -> [FieldError] { [] }
    mutating func apply(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse { throw .unknownPath }
    func represented(_ response: APIResponse, in context: RequestContext) -> APIResponse { response }
}
extension StructuralSchema.Node {
    func validate(_ value: JSONValue, path: String, errors: inout [FieldError]) {}
}

extension ResourceDefinition {
    func represented(_ event: WatchEvent, _ r: RequestOptions.Representation, withColumns: Bool, now: Timestamp)
        -> WatchEvent
    { event }
}
