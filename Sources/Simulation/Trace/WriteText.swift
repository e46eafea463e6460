import JSON
import KubernetesModel
import RolloutModel

/// How a write to the API server stands in the trace; `nil` for what only repeats what the trace says elsewhere.
enum WriteText {
    private static let lengthMax = 200
    /// Kinds that only follow from others.
    private static let quietKinds: Set<String> = ["Endpoints", "EndpointSlice", "Binding"]

    /// - Parameter object: the answer.
    static func line(for write: KubernetesWrite, answered object: KubernetesObject?) -> String? {
        switch write {
        case _ where quietKinds.contains(write.kind.kind): nil
        case .create(let kind, _): "create \(kind) \(object?.key ?? write.key)"
        case .patch(let patch): line(for: patch)
        case .update, .delete, .evict: "\(write)"
        }
    }

    private static func line(for patch: KubernetesWrite.Patch) -> String? {
        let target = "\(patch.kind) \(patch.key)"
        let annotations = patch.body.at("metadata", "annotations")?.objectValue
        switch patch.kind {
        case .rollout where patch.subresource == "status": return nil
        case .rollout where annotations != nil && patch.body["spec"] == nil: return nil
        case .replicaSet:
            var words: [String] = []
            if let count = patch.body.at("spec", "replicas")?.intValue { words.append("scale \(target) to \(count)") }
            if let deadline = annotations?[RolloutKeys.scaleDownDeadline] {
                words.append("deadline \(deadline.stringValue ?? "none") for \(patch.key.name)")
            }
            return words.isEmpty ? nil : words.joined(separator: ", ")
        case .service:
            guard let hash = patch.body.at("spec", "selector", RolloutKeys.podTemplateHash) else { break }
            return "select \(target) \(hash.stringValue ?? "none")"
        case .ingress:
            if let text = weights(annotations) { return "weigh \(target) \(text)" }
            if patch.subresource == "status" {
                let hosts = patch.body.at("status", "loadBalancer", "ingress")?.arrayValue ?? []
                let names = hosts.compactMap { $0["hostname"]?.stringValue }
                return "status \(target) \(names.isEmpty ? "no load balancer" : names.joined(separator: " "))"
            }
        default: break
        }
        let text = "\(KubernetesWrite.patch(patch))"
        return text.count <= lengthMax ? text : "\(text.prefix(lengthMax))…"
    }

    private static func weights(_ annotations: JSONObject?) -> String? {
        for (key, value) in annotations ?? [:] where key.contains("/actions.") {
            guard let action = value.stringValue.flatMap(ForwardActionText.init(parsing:)) else { continue }
            let shares = action.destinations.map { "\($0.serviceName)=\($0.weight)" }.joined(separator: " ")
            return action.stickinessSeconds.map { "\(shares) sticky=\($0)s" } ?? shares
        }
        return nil
    }
}
