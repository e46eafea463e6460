import JSON
import KubernetesModel

/// What is left in a namespace that is being deleted, and the conditions that say so.
///
/// Source: the conditions of a namespace in Kubernetes 1.20.2, as observed.
struct NamespaceContent: Sendable {
    private(set) var count = 0
    private var byResource: [String: Int] = [:]
    private var byFinalizer: [String: Int] = [:]

    mutating func add(_ object: KubernetesObject, _ kind: ResourceKind) {
        count += 1
        byResource["\(kind.plural).\(kind.group)", default: 0] += 1
        for finalizer in object.finalizers { byFinalizer[finalizer, default: 0] += 1 }
    }

    /// The patch that makes the namespace's conditions true; `nil` when they are.
    func write(to namespace: KubernetesObject, now: Timestamp) -> KubernetesWrite? {
        let current = namespace.status["conditions"]?.arrayValue ?? []
        let own = conditions.map { condition -> JSONValue in
            let before = current.first { $0["type"] == condition["type"] }
            let isSame = before?["status"] == condition["status"]
            var condition = condition
            condition["lastTransitionTime"] =
                isSame ? before?["lastTransitionTime"] : .string(now.wholeSeconds.rfc3339)
            return condition
        }
        let others = current.filter { condition in !own.contains { $0["type"] == condition["type"] } }
        guard others + own != current else { return nil }
        let body: JSONValue = ["status": ["conditions": .array(others + own)]]
        return .patch(KubernetesWrite.Patch(.namespace, namespace.key, body: body, subresource: "status"))
    }

    private var conditions: [JSONValue] {
        let resources = byResource.keys.sorted().map { "\($0) has \(byResource[$0] ?? 0) resource instances" }
        let finalizers = byFinalizer.keys.sorted().map { "\($0) in \(byFinalizer[$0] ?? 0) resource instances" }
        return [
            Self.condition(
                "DeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            Self.condition(
                "DeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                "All legacy kube types successfully parsed"),
            Self.condition(
                "DeletionContentFailure", false, "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"),
            resources.isEmpty
                ? Self.condition("ContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : Self.condition(
                    "ContentRemaining", true, "SomeResourcesRemain",
                    "Some resources are remaining: \(resources.joined(separator: ", "))"),
            finalizers.isEmpty
                ? Self.condition(
                    "FinalizersRemaining", false, "ContentHasNoFinalizers",
                    "All content-preserving finalizers finished")
                : Self.condition(
                    "FinalizersRemaining", true, "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: \(finalizers.joined(separator: ", "))"),
        ]
    }

    private static func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> JSONValue {
        [
            "type": .string("Namespace\(type)"), "status": isTrue ? "True" : "False",
            "reason": .string(reason), "message": .string(message),
        ]
    }
}
