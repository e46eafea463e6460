import JSON
import KubernetesModel
import RolloutModel

/// Which fields of the objects that people keep in Git a controller may write: bookkeeping, and what the contract of
/// the load balancer needs.
enum GitOwnedFields {
    /// The kinds that follow from others; nobody keeps them in Git.
    private static let derived: Set<String> = [
        "ReplicaSet", "Pod", "Endpoints", "EndpointSlice", "Event", "Binding", "Lease", "TargetGroupBinding",
    ]

    /// The first field that a write touches and should not; `nil` when there is none.
    ///
    /// - Parameter hasHeaderRoutes: whether some Rollout may add paths for its header routes to Ingresses.
    static func trespass(of write: KubernetesWrite, hasHeaderRoutes: Bool) -> String? {
        if derived.contains(write.kind.kind) { return nil }
        guard case .patch(let patch) = write else { return write.verb }
        if patch.subresource == "status" { return nil }
        guard patch.type == .merge || patch.type == .strategic else { return "a \(patch.type) patch" }
        var found: String?
        walk(patch.body, path: []) { path in
            if found == nil, !isAllowed(path, of: patch.kind.kind, hasHeaderRoutes) {
                found = path.joined(separator: ".")
            }
        }
        return found
    }

    private static func walk(_ value: JSONValue, path: [String], _ visit: ([String]) -> Void) {
        // An object that is written whole ends the path; a merge goes on into it.
        guard let object = value.objectValue, !object.isEmpty else { return visit(path) }
        for (key, member) in object { walk(member, path: path + [key], visit) }
    }

    private static func isAllowed(_ path: [String], of kind: String, _ hasHeaderRoutes: Bool) -> Bool {
        guard let first = path.first else { return true }
        if first == "metadata", path.count > 1 {
            switch path[1] {
            case "resourceVersion", "uid", "finalizers": return true
            case "annotations": return path.count > 2 && isBookkeeping(path[2])
            default: return false
            }
        }
        switch kind {
        case "Service": return path == ["spec", "selector", RolloutKeys.podTemplateHash]
        case "Ingress": return hasHeaderRoutes && path.starts(with: ["spec", "rules"])
        // What is absent is written back, as other controllers expect.
        case "Rollout": return path == ["spec", "replicas"] || path == ["status"]
        default: return false
        }
    }

    private static func isBookkeeping(_ annotation: String) -> Bool {
        annotation.contains("/actions.") || annotation.contains("/conditions.")
            || ["weir.dev/", "rollout.argoproj.io/", "rollouts.argoproj.io/", "argo-rollouts.argoproj.io/"].contains {
                annotation.hasPrefix($0)
            }
    }
}
